/**
 * The fault suite: servers killed and frozen, their database restarted, connections cut, and after
 * all that the bits of a run that nothing has disturbed.
 */
package dev.gradkeeper.faults;
