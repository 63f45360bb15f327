package org.copilotframework.core.access;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.copilotframework.api.error.QuotaExceededException;

/**
 * Keeps out for a while who has sent too many credentials that are not valid. Counted in this process only. An address from which
 * somebody was let in lately is not kept out: others share it, as they share that of a proxy, and whoever sends rubbish there would
 * lock them out.
 */
final class FailedAttempts {
    /** Looked at before a literal is parsed, so that nothing that is a name is ever asked of a name server. */
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F]*:[0-9a-fA-F:.]*(%.*)?");

    private final int most;
    private final MinuteCounts failed;
    private final MinuteCounts letIn;

    /** From where somebody was let in in the minute before. */
    private volatile Set<String> before = Set.of();

    /**
     * Begins with none.
     *
     * @param most how many an address has in a minute; 0 for no limit
     * @param clock nanoseconds
     */
    FailedAttempts(int most, LongSupplier clock) {
        this.most = most;
        this.failed = new MinuteCounts(clock, unused -> {});
        this.letIn = new MinuteCounts(clock, counted -> before = Set.copyOf(counted.keySet()));
    }

    /** Refuses an address that has used up its attempts, whatever it brings now. */
    void demandFewer(String remote) {
        if (most > 0 && failed.of(network(remote)) >= most && !isShared(network(remote))) {
            throw new QuotaExceededException(
                    "too many credentials that are not valid came from this address; wait for a minute", failed.rest());
        }
    }

    private boolean isShared(String network) {
        return letIn.of(network) > 0 || before.contains(network);
    }

    void failed(String remote) {
        if (most > 0) {
            failed.add(network(remote));
        }
    }

    void letIn(String remote) {
        if (most > 0) {
            String network = network(remote);
            if (letIn.of(network) == 0) {
                letIn.add(network);
            }
        }
    }

    /** Of an address of IPv6 the first half: the rest is chosen freely by whoever has that. */
    private static String network(String remote) {
        if (remote.indexOf(':') < 0 || !IPV6.matcher(remote).matches()) {
            return remote;
        }
        try {
            int zone = remote.indexOf('%');
            InetAddress address = InetAddress.getByName(zone < 0 ? remote : remote.substring(0, zone));
            return address instanceof Inet6Address
                    ? HexFormat.of().formatHex(address.getAddress(), 0, 8)
                    : address.getHostAddress();
        } catch (UnknownHostException noAddress) {
            return remote;
        }
    }
}
