/** The Postgres that the service brings along and runs when none is configured. */
package dev.gradkeeper.service.postgres;
