package org.copilotframework.api.spi.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * Where a store is, as people write it down: {@code scheme://user:password@host:port/path?name=value} or {@code scheme:path}. A
 * leading {@code jdbc:} is dropped. Unlike in {@link java.net.URI}, a user or password may hold any character but {@code / ?
 * #} as it is, {@code @} and {@code :} included; every part may also be percent-encoded. Behind {@code //} no part holds a
 * {@code #} as it is, and what follows the servers no {@code @}: either would be the trace of a password with one of those
 * characters, whose rest would be taken for a path and shown.
 *
 * <p>Immutable. Neither {@link #toString()} nor any error shows the user, the password or a value of the query.
 */
public final class StorageUrl {
    private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");
    private static final String FORM = "expected is scheme://user:password@host:port/path or scheme:path";
    private static final String ENCODE =
            "; if the user or the password has one of the characters / ? #, write these as %2F %3F %23";

    /**
     * One server.
     *
     * @param name its name or address; an IPv6 address without brackets
     * @param port its port, or empty for the scheme's own
     */
    public record Host(String name, OptionalInt port) {}

    private final String scheme;
    private final @Nullable String user;
    private final @Nullable String password;
    private final List<Host> hosts;
    private final String path;
    private final Map<String, String> parameters;

    private StorageUrl(
            String scheme,
            @Nullable String user,
            @Nullable String password,
            List<Host> hosts,
            String path,
            Map<String, String> parameters) {
        this.scheme = scheme;
        this.user = user;
        this.password = password;
        this.hosts = List.copyOf(hosts);
        this.path = path;
        this.parameters = Collections.unmodifiableMap(parameters);
    }

    /**
     * Reads a URL.
     *
     * @param text the URL
     * @return its parts
     * @throws InvalidRequestException if it has no scheme, or its authority cannot be read; never shows it
     */
    public static StorageUrl parse(String text) {
        String rest = text.strip();
        if (rest.regionMatches(true, 0, "jdbc:", 0, 5)) {
            rest = rest.substring(5);
        }
        int colon = rest.indexOf(':');
        if (colon < 1 || !SCHEME.matcher(rest.substring(0, colon)).matches()) {
            throw new InvalidRequestException("it does not begin with a scheme; " + FORM);
        }
        String scheme = rest.substring(0, colon).toLowerCase(Locale.ROOT);
        rest = rest.substring(colon + 1);
        String user = null;
        String password = null;
        List<Host> hosts = List.of();
        if (rest.startsWith("//")) {
            int end = authorityEnd(rest);
            String authority = rest.substring(2, end);
            rest = rest.substring(end);
            if (rest.indexOf('#') >= 0) {
                throw new InvalidRequestException("it has the character #, which belongs to no part as it is" + ENCODE);
            } else if (rest.indexOf('@') >= 0) {
                throw new InvalidRequestException(
                        "it has the character @ behind the servers, where it is written as %40" + ENCODE);
            }
            int at = authority.lastIndexOf('@');
            if (at >= 0) {
                String who = authority.substring(0, at);
                int separator = who.indexOf(':');
                user = decode(separator < 0 ? who : who.substring(0, separator));
                password = separator < 0 ? null : decode(who.substring(separator + 1));
            }
            hosts = hosts(authority.substring(at + 1));
        }
        int question = rest.indexOf('?');
        String path = decode(question < 0 ? rest : rest.substring(0, question));
        Map<String, String> parameters = question < 0 ? Map.of() : parameters(rest.substring(question + 1));
        return new StorageUrl(scheme, user, password, hosts, path, parameters);
    }

    private static int authorityEnd(String rest) {
        for (int i = 2; i < rest.length(); i++) {
            if ("/?#".indexOf(rest.charAt(i)) >= 0) {
                return i;
            }
        }
        return rest.length();
    }

    private static List<Host> hosts(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        List<Host> hosts = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            int bracket = one.lastIndexOf(']');
            int colon = one.indexOf(':', bracket + 1);
            String name = colon < 0 ? one : one.substring(0, colon);
            String port = colon < 0 ? "" : one.substring(colon + 1);
            if (colon >= 0 && (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535)) {
                throw new InvalidRequestException("its port is not a number up to 65535" + ENCODE);
            } else if (name.isEmpty() || (bracket >= 0 && !(name.startsWith("[") && bracket == name.length() - 1))) {
                throw new InvalidRequestException("it names no host where one belongs; " + FORM);
            }
            hosts.add(new Host(
                    bracket >= 0 ? name.substring(1, bracket) : decode(name),
                    colon < 0 ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(port))));
        }
        return hosts;
    }

    private static Map<String, String> parameters(String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : query.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                if (parameters.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
                    throw new InvalidRequestException("it gives the parameter '" + name + "' twice");
                }
            }
        }
        return parameters;
    }

    /** Decodes what is percent-encoded, and leaves a percent sign alone that begins nothing. */
    private static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(raw.length);
        for (int i = 0; i < raw.length; i++) {
            int high = raw[i] == '%' && i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
            int low = high < 0 ? -1 : Character.digit(raw[i + 2], 16);
            if (low >= 0) {
                decoded.put((byte) (high * 16 + low));
                i += 2;
            } else {
                decoded.put(raw[i]);
            }
        }
        return new String(decoded.array(), 0, decoded.position(), StandardCharsets.UTF_8);
    }

    /**
     * The scheme.
     *
     * @return lower case, never empty
     */
    public String scheme() {
        return scheme;
    }

    /**
     * The user, decoded.
     *
     * @return the user, or empty if none is given
     */
    public Optional<String> user() {
        return Optional.ofNullable(user);
    }

    /**
     * The password, decoded.
     *
     * @return the password, or empty if none is given
     */
    public Optional<String> password() {
        return Optional.ofNullable(password);
    }

    /**
     * The servers.
     *
     * @return in order; empty for a URL without an authority
     */
    public List<Host> hosts() {
        return hosts;
    }

    /**
     * What follows the authority, or the scheme where there is no authority; decoded.
     *
     * @return with its leading slash if it has one; may be empty
     */
    public String path() {
        return path;
    }

    /**
     * The parameters of the query, decoded.
     *
     * @return in order; a parameter without a value has an empty one
     */
    public Map<String, String> parameters() {
        return parameters;
    }

    /** {@return the URL without user, password and the values of its parameters} */
    @Override
    public String toString() {
        StringJoiner servers = new StringJoiner(",");
        for (Host host : hosts) {
            String name = host.name().indexOf(':') >= 0 ? "[" + host.name() + "]" : host.name();
            servers.add(host.port().isPresent() ? name + ":" + host.port().getAsInt() : name);
        }
        String who = user == null && password == null ? "" : "***@";
        String authority = hosts.isEmpty() && who.isEmpty() ? "" : "//" + who + servers;
        String query = parameters.isEmpty() ? "" : "?" + String.join("=***&", parameters.keySet()) + "=***";
        String rest = path + query;
        // Somebody may have forgotten the slashes before user and password.
        int at = authority.isEmpty() ? rest.lastIndexOf('@') : -1;
        return scheme + ":" + authority + (at < 0 ? rest : "***" + rest.substring(at));
    }
}
