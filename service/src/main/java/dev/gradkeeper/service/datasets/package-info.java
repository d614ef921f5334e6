/** Uploaded datasets. */
@NullMarked
package dev.gradkeeper.service.datasets;

import org.jspecify.annotations.NullMarked;
