/** Start and stop: the home folder, and refusals that say what to do. */
package dev.gradkeeper.service.startup;
