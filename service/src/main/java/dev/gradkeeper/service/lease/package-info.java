/**
 * The fence: what a worker writes of a job, it writes in a transaction that holds the job's row and
 * has found the job still to be its own.
 */
package dev.gradkeeper.service.lease;
