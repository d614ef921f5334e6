/**
 * What every call has in common: the contract of {@code openapi.yaml}, strict JSON, problem
 * documents, cursors and ids. Depends on no other package of the service.
 */
@NullMarked
package dev.gradkeeper.service.web;

import org.jspecify.annotations.NullMarked;
