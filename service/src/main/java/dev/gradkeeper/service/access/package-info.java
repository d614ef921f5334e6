/** Who may do what: API keys, their scopes, and the projects that they belong to. */
@NullMarked
package dev.gradkeeper.service.access;

import org.jspecify.annotations.NullMarked;
