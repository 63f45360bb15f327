package org.copilotframework.storage.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.Payload;
import org.jspecify.annotations.Nullable;

/** The arguments of a script, in order. Not safe for use by several threads. */
final class Arguments {
    /** What one commit or change may have in all. Redis could take more, but serves nobody else meanwhile. */
    static final int MAX_BYTES = 64 << 20;

    /** What of it is content, the rest being left to the names of things. */
    static final int MAX_CONTENT = 63 << 20;

    /** A time that is as good as always and leaves room below 2^53: about 35,000 years in milliseconds. */
    private static final long ALWAYS = 1L << 50;

    private static final byte[] NONE = {};

    private final List<byte[]> all = new ArrayList<>();
    private long size;

    Arguments add(byte[] argument) {
        size += argument.length;
        if (size > MAX_BYTES) {
            throw new InvalidRequestException("the content of one commit may have " + (MAX_BYTES >> 20)
                    + " MiB in Redis, and this has more; keep large content as a blob and its name here");
        }
        all.add(argument);
        return this;
    }

    Arguments add(String argument) {
        return add(argument.getBytes(StandardCharsets.UTF_8));
    }

    Arguments add(long argument) {
        return add(Long.toString(argument));
    }

    Arguments add(boolean argument) {
        return add(argument ? "1" : "0");
    }

    Arguments addOrNone(@Nullable String argument) {
        return argument == null ? add(NONE) : add(argument);
    }

    /** Whether there is content, and the content. */
    Arguments add(@Nullable Payload content) {
        return add(content != null).add(content == null ? NONE : content.bytes());
    }

    /** Milliseconds, or nothing for always. */
    Arguments addTime(@Nullable Duration time) {
        return time == null ? add(NONE) : add(millis(time));
    }

    /** Milliseconds of the calendar, or after a plus those from now on; nothing for never. */
    Arguments add(Due due) {
        if (due.relative().isPresent()) {
            return add("+" + millis(due.relative().get()));
        }
        return due.absolute().isPresent() ? add(millis(due.absolute().get())) : add(NONE);
    }

    byte[][] toArray() {
        return all.toArray(byte[][]::new);
    }

    /** Rounded up, so that nothing ends too early. */
    private static long millis(Duration time) {
        if (time.isNegative()) {
            return 0;
        }
        return time.compareTo(Duration.ofMillis(ALWAYS)) >= 0
                ? ALWAYS
                : time.plusNanos(999_999).toMillis();
    }

    private static long millis(Instant moment) {
        return millis(Duration.between(Instant.EPOCH, moment));
    }
}
