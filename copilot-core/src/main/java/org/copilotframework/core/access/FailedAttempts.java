package org.copilotframework.core.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.copilotframework.api.error.QuotaExceededException;

/**
 * Keeps out for a while who has sent too many credentials that are not valid. Counted in this process only. An address from which
 * somebody was let in lately is not kept out: others share it, as they share that of a proxy, and whoever sends rubbish there would
 * lock them out. Where nobody was, one more is looked at each second, so that somebody can be.
 */
final class FailedAttempts {
    /** Looked at before a literal is parsed, so that nothing that is a name is ever asked of a name server. */
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F:.]*(%.*)?");

    private static final int LONGEST = 64;
    private static final long LATELY = TimeUnit.MINUTES.toNanos(2);

    /** Who is let in all the time is noted so often, and not with each request. */
    private static final long NOTED = TimeUnit.SECONDS.toNanos(10);

    private final int most;
    private final LongSupplier clock;
    private final MinuteCounts failed;

    /** When somebody was let in last from each network. */
    private final Map<String, Long> letIn = new ConcurrentHashMap<>();

    /** When those were forgotten last who were let in too long ago. */
    private volatile long swept;

    /**
     * Begins with none.
     *
     * @param most how many an address has in a minute; 0 for no limit
     * @param clock nanoseconds
     */
    FailedAttempts(int most, LongSupplier clock) {
        this.most = most;
        this.clock = clock;
        this.failed = new MinuteCounts(clock, unused -> {});
        this.swept = clock.getAsLong() - NOTED;
    }

    /** Refuses an address that has used up its attempts, whatever it brings now. */
    void demandFewer(String remote) {
        if (most == 0) {
            return;
        }
        String network = network(remote);
        if (failed.of(network) >= most + failed.seconds() && !isShared(network)) {
            throw new QuotaExceededException(
                    "too many credentials that are not valid came from this address; wait for a minute", failed.rest());
        }
    }

    private boolean isShared(String network) {
        Long last = letIn.get(network);
        return last != null && clock.getAsLong() - last < LATELY;
    }

    void failed(String remote) {
        if (most > 0) {
            failed.add(network(remote));
        }
    }

    void letIn(String remote) {
        if (most == 0) {
            return;
        }
        String network = network(remote);
        long now = clock.getAsLong();
        Long last = letIn.get(network);
        if (last == null && letIn.size() >= MinuteCounts.MOST_KEYS && now - swept >= NOTED) {
            swept = now;
            letIn.values().removeIf(other -> now - other >= LATELY);
        }
        boolean room = last != null || letIn.size() < MinuteCounts.MOST_KEYS;
        if (room && (last == null || now - last > NOTED)) {
            letIn.put(network, now);
        }
    }

    /**
     * Of an address of IPv6 the first half: the rest is chosen freely by whoever has that. Some servers put it into brackets, as it
     * stands in a URL.
     */
    private static String network(String remote) {
        String bare =
                remote.startsWith("[") && remote.endsWith("]") ? remote.substring(1, remote.length() - 1) : remote;
        String text = bare.length() <= LONGEST ? bare : bare.substring(0, LONGEST);
        if (text.indexOf(':') < 0 || !IPV6.matcher(text).matches()) {
            return text;
        }
        try {
            int zone = text.indexOf('%');
            InetAddress address = InetAddress.getByName(zone < 0 ? text : text.substring(0, zone));
            return address instanceof Inet6Address
                    ? HexFormat.of().formatHex(address.getAddress(), 0, 8)
                    : address.getHostAddress();
        } catch (UnknownHostException noAddress) {
            return text;
        }
    }
}
