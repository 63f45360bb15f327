package org.copilotframework.server.http;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.server.http.HttpSettings.ProxyHeaders;
import org.jspecify.annotations.Nullable;

/**
 * The proxies that are believed for whom they pass a request on. What they say is read from the right, since each adds its word there:
 * the first address that is none of theirs is the sender's. What stands left of it anybody could have written.
 */
final class Proxies {
    /** A name, and perhaps a port, as it may stand in a URL. */
    private static final Pattern HOST = Pattern.compile("([A-Za-z0-9.-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(:[0-9]{1,5})?");

    /** One {@code name=value} of RFC 7239, with what separates it from the next. */
    private static final Pattern PAIR =
            Pattern.compile("\\s*([A-Za-z]{1,20})=(?:\"((?:[^\"\\\\]++|\\\\.)*+)\"|([^\",;\\s]*))\\s*([,;]|$)");

    private final Networks trusted;
    private final ProxyHeaders headers;

    Proxies(HttpSettings settings) {
        this.trusted = Networks.of("copilot.http.trusted-proxies", settings.trustedProxies());
        this.headers = settings.proxyHeaders();
    }

    /** One who passed the request on, and what he says of who he had it from. */
    private record Hop(
            @Nullable String from,
            @Nullable String scheme,
            @Nullable String host) {}

    /** Who sent a request. */
    Sender sender(HttpServletRequest request) {
        String peer = peer(request);
        if (!isDeclared(request)) {
            return new Sender(peer, request.isSecure(), null);
        }
        List<Hop> hops = headers == ProxyHeaders.FORWARDED ? forwarded(request) : xForwarded(request);
        String address = peer;
        Hop last = new Hop(null, null, null);
        for (int i = hops.size() - 1; i >= 0; i--) {
            Hop hop = hops.get(i);
            last = hop;
            Optional<InetAddress> from = Optional.ofNullable(hop.from()).flatMap(Proxies::address);
            if (from.isEmpty()) {
                // It does not say, or nothing that can be read: whoever passed it on is all that is known.
                break;
            }
            address = from.get().getHostAddress();
            if (!trusted.has(from.get())) {
                break;
            }
        }
        boolean secure =
                last.scheme() == null ? request.isSecure() : last.scheme().equalsIgnoreCase("https");
        String host = last.host() != null && HOST.matcher(last.host()).matches() ? last.host() : null;
        return new Sender(address, secure, host);
    }

    /** Whether it comes from a proxy that is believed. */
    boolean isDeclared(HttpServletRequest request) {
        return !trusted.isEmpty()
                && Networks.address(peer(request)).filter(trusted::has).isPresent();
    }

    /** From where it comes, as a bare address: Jetty puts one of IPv6 into brackets. */
    static String peer(HttpServletRequest request) {
        String address = String.valueOf(request.getRemoteAddr());
        boolean inBrackets = address.startsWith("[") && address.endsWith("]");
        return inBrackets ? address.substring(1, address.length() - 1) : address;
    }

    /** An address that may have a port behind it, and brackets around it. */
    private static Optional<InetAddress> address(String text) {
        String bare = text.strip();
        Matcher bracketed = Pattern.compile("\\[([^\\]]*)](?::[0-9]{1,5})?").matcher(bare);
        if (bracketed.matches()) {
            return Networks.address(bracketed.group(1));
        }
        Matcher port = Pattern.compile("([0-9.]+):[0-9]{1,5}").matcher(bare);
        return Networks.address(port.matches() ? port.group(1) : bare);
    }

    /** Scheme and host are said by the nearest proxy for the whole way. */
    private static List<Hop> xForwarded(HttpServletRequest request) {
        String scheme = last(request, "X-Forwarded-Proto");
        String host = last(request, "X-Forwarded-Host");
        List<Hop> hops = new ArrayList<>();
        for (String from : elements(request, "X-Forwarded-For")) {
            hops.add(new Hop(from, scheme, host));
        }
        return hops.isEmpty() ? List.of(new Hop(null, scheme, host)) : hops;
    }

    private static @Nullable String last(HttpServletRequest request, String header) {
        List<String> elements = elements(request, header);
        return elements.isEmpty() ? null : elements.get(elements.size() - 1);
    }

    private static List<String> elements(HttpServletRequest request, String header) {
        List<String> elements = new ArrayList<>();
        for (String value : Collections.list(request.getHeaders(header))) {
            for (String element : value.split(",", -1)) {
                elements.add(element.strip());
            }
        }
        return elements;
    }

    /** The elements of RFC 7239. What cannot be read ends with the next comma: whoever comes later is heard all the same. */
    private static List<Hop> forwarded(HttpServletRequest request) {
        List<Hop> hops = new ArrayList<>();
        for (String value : Collections.list(request.getHeaders("Forwarded"))) {
            Map<String, String> element = new HashMap<>();
            Matcher pair = PAIR.matcher(value);
            int at = 0;
            while (at < value.length()) {
                boolean read = pair.region(at, value.length()).lookingAt();
                if (read) {
                    String quoted = pair.group(2);
                    element.put(
                            pair.group(1).toLowerCase(Locale.ROOT),
                            quoted == null ? pair.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
                } else {
                    element.clear();
                }
                int comma = value.indexOf(',', at);
                at = read ? pair.end() : comma < 0 ? value.length() : comma + 1;
                if (!read || !";".equals(pair.group(4))) {
                    hops.add(hop(element));
                    element.clear();
                }
            }
        }
        return hops;
    }

    private static Hop hop(Map<String, String> element) {
        return new Hop(element.get("for"), element.get("proto"), element.get("host"));
    }
}
