package org.copilotframework.storage.jdbc.sql;

import java.util.Collection;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/** What the tables take, beyond what the contract checks. So no database has to refuse it in words of its own. */
final class Limits {
    /** The most bytes of content of one call. A database takes more, but has them in memory several times at once. */
    static final long MAX_CONTENT = 64L << 20;

    /** The last version of a session. In SQLite a turn's key is its session's number and 28 bits of version. */
    static final long MAX_VERSION = (1L << 28) - 1;

    private Limits() {}

    static int page(int limit, int most) {
        if (limit < 1 || limit > most) {
            throw new InvalidRequestException("limit: must be from 1 to " + most + ", not " + limit);
        }
        return limit;
    }

    static void commit(Commit commit) {
        long bytes = 0;
        if (commit.session().isPresent()) {
            bytes += session(commit.session().get());
        }
        if (commit.start().isPresent()) {
            RunStart start = commit.start().get();
            bytes += size(start.input()) + size(start.detail());
        }
        if (commit.run().isPresent()) {
            bytes += size(commit.run().get().detail());
        }
        for (StepRecord step : commit.steps()) {
            bytes += size(step.result());
        }
        for (StoredEvent event : commit.events()) {
            bytes += size(event.content());
        }
        for (ValueChange value : commit.values()) {
            bytes += size(value.value());
        }
        for (OutboxMessage message : commit.messages()) {
            bytes += size(message.content());
        }
        content(bytes);
    }

    private static long session(SessionChange change) {
        version(change.turn().version());
        long bytes = size(change.turn().content());
        for (Payload entry : change.state().values()) {
            bytes += size(entry);
        }
        return bytes;
    }

    static void version(long version) {
        if (version < 1 || version > MAX_VERSION) {
            throw new InvalidRequestException(
                    "version: this store keeps up to " + MAX_VERSION + " turns of a session, not " + version);
        }
    }

    static void contents(Collection<Payload> contents) {
        content(contents.stream().mapToLong(Limits::size).sum());
    }

    static void content(long bytes) {
        if (bytes > MAX_CONTENT) {
            throw new InvalidRequestException("the content of one call is " + bytes + " bytes, and this store takes "
                    + MAX_CONTENT + "; put large content into blobs");
        }
    }

    private static long size(@Nullable Payload payload) {
        return payload == null ? 0 : payload.bytes().length;
    }
}
