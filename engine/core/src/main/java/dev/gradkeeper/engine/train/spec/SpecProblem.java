package dev.gradkeeper.engine.train.spec;

/**
 * One thing wrong with a spec.
 *
 * @param pointer JSON Pointer (RFC 6901) of the field in a job's JSON
 * @param code stable and machine-readable, in snake_case
 * @param detail a sentence for a person: what is wrong and what would be right
 */
public record SpecProblem(String pointer, String code, String detail) {}
