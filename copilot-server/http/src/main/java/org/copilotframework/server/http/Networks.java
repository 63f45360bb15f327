package org.copilotframework.server.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;

/** Addresses of IP, and networks of them. Nothing that is a name is ever asked of a name server. */
final class Networks {
    private static final Pattern IPV4 = Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F]{0,4}:[0-9a-fA-F:]{1,39}[0-9.]{0,15}");

    private final List<Network> all;

    private Networks(List<Network> all) {
        this.all = all;
    }

    private record Network(byte[] address, int bits) {
        boolean has(byte[] other) {
            if (other.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit += 8) {
                int mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit));
                if (((address[bit / 8] ^ other[bit / 8]) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * Reads them.
     *
     * @param setting which has them, for messages
     * @param written such as {@code 10.0.0.7}, {@code 10.0.0.0/8}, {@code ::1} and {@code fd00::/8}
     */
    static Networks of(String setting, List<String> written) {
        return new Networks(written.stream()
                .map(one -> network(one)
                        .orElseThrow(() -> new InvalidRequestException(setting + ": '" + one
                                + "' is no address, nor a network with an address and a number of bits above zero, such as"
                                + " 10.0.0.0/8")))
                .toList());
    }

    private static Optional<Network> network(String written) {
        int slash = written.indexOf('/');
        String host = slash < 0 ? written : written.substring(0, slash);
        String size = slash < 0 ? "" : written.substring(slash + 1);
        if (slash >= 0 && !size.matches("[1-9][0-9]{0,2}")) {
            return Optional.empty();
        }
        return address(host).map(InetAddress::getAddress).flatMap(bytes -> {
            int bits = slash < 0 ? bytes.length * 8 : Integer.parseInt(size);
            return bits > bytes.length * 8 ? Optional.empty() : Optional.of(new Network(bytes, bits));
        });
    }

    /** The address that a text is; one of IPv4 within IPv6 is one of IPv4. */
    static Optional<InetAddress> address(String text) {
        int zone = text.indexOf('%');
        String bare = zone < 0 ? text : text.substring(0, zone);
        if (!IPV4.matcher(bare).matches() && !IPV6.matcher(bare).matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByName(bare));
        } catch (UnknownHostException none) {
            return Optional.empty();
        }
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    boolean has(InetAddress address) {
        byte[] bytes = address.getAddress();
        return all.stream().anyMatch(network -> network.has(bytes));
    }
}
