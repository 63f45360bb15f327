package org.copilotframework.core.call;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.api.run.RunId;

/** Names runs: 10 characters of time, 8 of this process (random, drawn once), 6 that count. Base 32, so that time sorts. */
final class RunIds {
    private static final byte[] DIGITS = "0123456789abcdefghijklmnopqrstuv".getBytes(StandardCharsets.US_ASCII);
    private static final long PROCESS = new SecureRandom().nextLong();
    private static final AtomicLong COUNT = new AtomicLong();

    private RunIds() {}

    static RunId next(long millis) {
        byte[] id = new byte[24];
        write(millis, id, 0, 10);
        write(PROCESS, id, 10, 8);
        write(COUNT.getAndIncrement(), id, 18, 6);
        return new RunId(new String(id, StandardCharsets.ISO_8859_1));
    }

    private static void write(long value, byte[] id, int from, int digits) {
        long rest = value;
        for (int i = from + digits - 1; i >= from; i--) {
            id[i] = DIGITS[(int) (rest & 31)];
            rest >>>= 5;
        }
    }
}
