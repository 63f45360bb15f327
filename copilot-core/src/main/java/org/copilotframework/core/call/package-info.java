/**
 * Internal: the straight corridor that a call walks from the client to the agent and back, one file per room, and the threads
 * that agents run on. What a session or a run is lives beside this package; plugins and their loading are not known here.
 *
 * <p>Where to look: a call ({@code Passage}, {@code Notes}, {@code Call}, {@code Family}) walks through the rooms of the {@code
 * Corridor} to its agent ({@code AgentRoom}, {@code Activation}) on a thread of the {@code Workers}. What becomes of a stored run
 * is written by {@code Committing}, {@code Leaving} and {@code DeskWriting}, and told by {@code Telling}. The {@code RunDesk}
 * takes runs ({@code RunLooks}, {@code RunResumption}), keeps them ({@code LeaseKeeper}), finds, answers and cancels them. {@code
 * Closing} ends it all.
 */
@NullMarked
package org.copilotframework.core.call;

import org.jspecify.annotations.NullMarked;
