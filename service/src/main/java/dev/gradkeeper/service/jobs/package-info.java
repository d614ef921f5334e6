/** Training jobs as clients see them: submitted, checked, read, waited for, cancelled, deleted. */
@NullMarked
package dev.gradkeeper.service.jobs;

import org.jspecify.annotations.NullMarked;
