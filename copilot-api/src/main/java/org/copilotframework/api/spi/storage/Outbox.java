package org.copilotframework.api.spi.storage;

import java.util.Collection;
import java.util.List;
import org.copilotframework.api.error.InvalidRequestException;

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
     * Reads on behind a message, so that one that cannot be published does not stand before all others for ever. Who reads on must
     * see to the order himself: of the tenant and key of the message that he leaves, he may publish none.
     *
     * @param after a message that was read; it may be removed meanwhile
     * @param limit how many at most, from 1 to {@link #MAX_PAGE}
     * @param maxBytes as above
     * @return the messages that come after it; what is committed meanwhile may only be found from the beginning again
     * @throws org.copilotframework.api.error.InvalidRequestException if the limit is out of range, or the message is no message
     *     of this store; also from a store that only reads from the beginning
     */
    default List<OutboxRecord> readAfter(OutboxRecord after, int limit, long maxBytes) {
        throw new InvalidRequestException("this store reads its messages from the first on only; remove '" + after.id()
                + "', which stands before the others");
    }

    /**
     * Removes messages that were published. One that is gone already is no error.
     *
     * @param published the messages
     */
    void remove(Collection<OutboxRecord> published);
}
