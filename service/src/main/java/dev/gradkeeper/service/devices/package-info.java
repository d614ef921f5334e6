/** What there is to run on: this process's GPUs, and the devices of all workers. */
@NullMarked
package dev.gradkeeper.service.devices;

import org.jspecify.annotations.NullMarked;
