package org.copilotframework.api.message;

/**
 * One part of a message. The kinds are those of the A2A protocol: text, data, file. A minor version may add a kind, so a
 * {@code switch} over parts should have a default branch.
 */
public sealed interface Part permits TextPart, DataPart, FilePart {
    /**
     * How much this part weighs against the limit on a message's size.
     *
     * @return a lower bound of its size as UTF-8 JSON, in bytes; constant-time
     */
    long weight();
}
