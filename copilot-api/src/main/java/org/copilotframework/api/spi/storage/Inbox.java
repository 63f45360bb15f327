package org.copilotframework.api.spi.storage;

import java.time.Duration;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * Messages that came from outside, each of which does its work once, however often it comes: the counterpart of {@link Outbox}.
 * That a message was received is a value that rides in the {@link Commit} that does what the message asks for. So either both are
 * there or neither, and of two commits of one message, also of two processes at once, one is a conflict and changes nothing.
 *
 * <pre>{@code
 * try {
 *     storage.commit(Commit.in(tenant)
 *             .session(change)
 *             .value(Inbox.received("orders", message.id(), Duration.ofDays(7)))
 *             .build());
 * } catch (ConflictException refused) {
 *     if (!Inbox.has(storage.values(), tenant, "orders", message.id())) {
 *         throw refused; // it is about something else in the commit
 *     }
 * }
 * message.acknowledge();
 * }</pre>
 *
 * <p>Whoever would spare the work of a message that comes again asks {@link #has} before; what decides is the commit. Received
 * messages are told apart by tenant, source and id. They are values like others, so they are listed, copied, erased and
 * counted as such; no other value should have a key that begins with {@value #PREFIX}.
 */
public final class Inbox {
    /** What the keys of received messages begin with. */
    public static final String PREFIX = "inbox/";

    /** The longest source, in UTF-16 units. */
    public static final int MAX_SOURCE = 256;

    /** The longest id, in UTF-16 units. */
    public static final int MAX_ID = 240;

    private static final Payload NOTHING = Payload.of(new byte[0]);

    private Inbox() {}

    /**
     * That a message was received and has not been before, for the commit that does what it asks for.
     *
     * @param source where it came from, such as a topic, a queue, or the source of a CloudEvent: 1 to {@value #MAX_SOURCE}
     *     characters of well-formed Unicode without control characters
     * @param id what tells it from all others of that source, and is the same when it comes again: 1 to {@value #MAX_ID} such
     *     characters; of a longer one, take a digest
     * @param keep how long it is remembered: longer than the sender may send it again; null for always
     * @return the change, which is refused if the message was received before
     * @throws InvalidRequestException if something has another form
     */
    public static ValueChange received(String source, String id, @Nullable Duration keep) {
        return ValueChange.insert(key(source, id), NOTHING, keep);
    }

    /**
     * Whether a message was received.
     *
     * @param values the store's values
     * @param tenant whose message
     * @param source where it came from
     * @param id its id
     * @return true from the commit on that received it, until its time is over
     * @throws InvalidRequestException if something has another form
     */
    public static boolean has(KeyValues values, TenantId tenant, String source, String id) {
        return values.get(tenant, key(source, id)).isPresent();
    }

    /** The length stands before the source: else {@code b/c} of {@code a} had the key of {@code c} of {@code a/b}. */
    private static String key(String source, String id) {
        Form.text("source", source, MAX_SOURCE);
        Form.text("message id", id, MAX_ID);
        return PREFIX + source.length() + "/" + source + "/" + id;
    }
}
