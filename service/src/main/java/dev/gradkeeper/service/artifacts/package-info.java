/** What a finished job leaves behind, as files to download. */
package dev.gradkeeper.service.artifacts;
