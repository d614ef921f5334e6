package dev.gradkeeper.service.web;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What one request or one project may ask of the service, under {@code gradkeeper.limits.}.
 *
 * @param body largest JSON body, inline data included
 * @param nesting deepest nesting of objects and arrays in a body
 * @param values most values in a body, not counting inline data
 * @param inlineNumbers most numbers of inline data
 * @param waiting most requests that may wait for a job at a time; further ones are answered at once
 * @param queuedJobs jobs that may wait in a project that has no quota of its own
 */
@ConfigurationProperties("gradkeeper.limits")
public record Limits(
    @DefaultValue("8MB") DataSize body,
    @DefaultValue("32") int nesting,
    @DefaultValue("20000") int values,
    @DefaultValue("1000000") int inlineNumbers,
    @DefaultValue("1000") int waiting,
    @DefaultValue("10000") int queuedJobs) {}
