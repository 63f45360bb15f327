package org.copilotframework.api.spi.storage;

import java.util.Collection;
import java.util.List;

/**
 * Messages that were committed and are not yet published. One relay at a time reads, publishes and removes: if it dies between
 * the last two, the message is published again, and never not at all. That there is only one is for the relays to settle; if
 * there are two for a while, messages are published twice, and those of one key may change their order. Safe for use by several
 * threads.
 */
public interface Outbox {
    /** The most messages of one page. */
    int MAX_PAGE = 1_000;

    /**
     * Reads the messages that have waited longest, of all tenants. Those of one tenant and key come in the order of their
     * commits.
     *
     * @param limit how many at most, from 1 to {@link #MAX_PAGE}
     * @param maxBytes stop before the message whose content would lead beyond so many bytes in all; the first is always read
     * @return the messages; they stay until they are removed
     * @throws org.copilotframework.api.error.InvalidRequestException if the limit is out of range
     */
    List<OutboxRecord> read(int limit, long maxBytes);

    /**
     * Removes messages that were published. One that is gone already is no error.
     *
     * @param published the messages
     */
    void remove(Collection<OutboxRecord> published);
}
