package org.copilotframework.storage.jdbc.sql;

import java.util.Collection;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunChange;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;

/** What the tables take. It is checked here, so that no database has to refuse it in words of its own. */
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
            text("change", start.change(), 80);
            text("agent", start.agent(), 256);
            holder(start.holder());
            bytes += size(start.input()) + size(start.detail());
        }
        if (commit.run().isPresent()) {
            RunChange run = commit.run().get();
            text("change", run.change(), 80);
            holder(run.holder());
            bytes += size(run.detail());
        }
        for (StepRecord step : commit.steps()) {
            text("step", step.key(), 256);
            bytes += size(step.result());
        }
        for (StoredEvent event : commit.events()) {
            bytes += size(event.content());
        }
        for (ValueChange value : commit.values()) {
            bytes += size(value.value());
        }
        for (OutboxMessage message : commit.messages()) {
            text("topic", message.topic(), 256);
            text("message key", message.key(), 512);
            bytes += size(message.content());
        }
        content(bytes);
    }

    private static long session(SessionChange change) {
        text("turn", change.turn().id(), 80);
        text("agent", change.turn().agent(), 256);
        if (change.turn().version() < 1 || change.turn().version() > MAX_VERSION) {
            throw new InvalidRequestException("version: a turn's version is from 1 to " + MAX_VERSION + ", not "
                    + change.turn().version());
        }
        long bytes = size(change.turn().content());
        for (var entry : change.state().entrySet()) {
            text("state", entry.getKey(), KeyValues.MAX_KEY);
            bytes += size(entry.getValue());
        }
        return bytes;
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

    static void holder(@Nullable String holder) {
        if (holder != null) {
            text("holder", holder, 128);
        }
    }

    /** Texts have no control characters and no half characters: PostgreSQL cannot store some of them. */
    static String text(String what, String text, int most) {
        boolean wrong = text.isEmpty() || text.length() > most;
        for (int i = 0; i < text.length() && !wrong; i++) {
            char c = text.charAt(i);
            boolean pair = Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1));
            wrong = Character.isISOControl(c) || (Character.isSurrogate(c) && !pair);
            i += pair ? 1 : 0;
        }
        if (wrong) {
            throw new InvalidRequestException(what + ": must have 1 to " + most
                    + " characters of well-formed Unicode and no control characters; this has " + text.length());
        }
        return text;
    }

    private static long size(@Nullable Payload payload) {
        return payload == null ? 0 : payload.bytes().length;
    }
}
