package org.copilotframework.server.http;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.core.Access;
import org.copilotframework.core.Admission;
import org.jspecify.annotations.Nullable;

/** Lets requests in: asks the orchestrator who makes them, and looks closely at those whom nobody is asked about. */
final class Door {
    private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** What proxies add; one that adds nothing at all cannot be told from this machine. */
    private static final List<String> PROXIES =
            List.of("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via");

    /** What a page may send to anybody without asking first (Fetch, 2.2.2). */
    private static final Set<String> UNASKED =
            Set.of("", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded");

    private static final String NOT_BELIEVED =
            "the client certificate of this connection is not believed any more: it has expired,"
                    + " was taken back, or who issued it is not trusted now; connect anew with another";

    private final Access access;
    private final Set<String> origins;
    private final Proxies proxies;
    private final Line line;

    /**
     * Makes a door.
     *
     * @param origins whose pages may come in where nobody is asked who he is
     * @param proxies who are believed for whom they pass a request on
     * @param line what lies between clients and this
     */
    Door(Access access, Set<String> origins, Proxies proxies, Line line) {
        this.access = access;
        this.origins = origins;
        this.proxies = proxies;
        this.line = line;
    }

    /**
     * Recognises who makes a request.
     *
     * @throws ForbiddenException if nobody is asked who he is, and the request looks like one that a page of somebody else made
     * @throws Refusal with status 415, likewise
     */
    Admission admit(HttpServletRequest request, Credentials credentials) {
        if (access.open()) {
            demandThisMachine(request);
            demandOwnPage(request);
        }
        return access.admit(credentials);
    }

    /** Nobody but this machine itself is let in unasked, whatever listens where. */
    private static void demandThisMachine(HttpServletRequest request) {
        if (!isOfThisMachine(request)) {
            throw new ForbiddenException(
                    "without authentication this server answers this machine only; set up authentication"
                            + " (copilot.security.authenticators) to serve others");
        }
    }

    private static boolean isOfThisMachine(HttpServletRequest request) {
        boolean passedOn = PROXIES.stream().anyMatch(header -> request.getHeader(header) != null);
        return !passedOn && isLoopback(Proxies.peer(request));
    }

    /**
     * Refuses what others could have read on its way, where nothing may be. What it has shown may be known to them now; that it is
     * refused tells of it.
     *
     * @throws ForbiddenException if it came neither by TLS, nor through a declared proxy that says so, nor from this machine
     */
    void demandUnread(HttpServletRequest request) {
        if (line.secretOnly() && !sender(request).secure() && !isOfThisMachine(request)) {
            throw new ForbiddenException(
                    proxies.isDeclared(request)
                            ? "this came to the proxy in the clear, or the proxy does not say how it came; come by https, and"
                                    + " have the proxy say so (copilot.http.proxy-headers)"
                            : "nothing is answered here in the clear; come by https through the proxy, whose address stands"
                                    + " in copilot.http.trusted-proxies");
        }
    }

    /** The address is no name, so nobody is asked about it. */
    private static boolean isLoopback(String address) {
        return address.startsWith("127.") || address.matches("(0:0:0:0:0:0:0:1|::1)(%.*)?");
    }

    /** Who sent a request, as far as it is believed. */
    Sender sender(HttpServletRequest request) {
        return proxies.sender(request);
    }

    /**
     * What was sent to show who makes the request. A certificate that a declared proxy shows is the proxy's, and no caller's.
     *
     * @throws Refusal with status 401 if the certificate of the connection is not believed any more
     */
    Credentials credentials(HttpServletRequest request) {
        Map<String, List<String>> headers = new HashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            headers.put(name.toLowerCase(Locale.ROOT), Collections.list(request.getHeaders(name)));
        }
        X509Certificate[] attribute = (X509Certificate[]) request.getAttribute(CERTIFICATES);
        List<X509Certificate> shown = attribute == null ? List.of() : List.of(attribute);
        if (!line.believed().test(shown)) {
            // Another connection may bring a better one.
            throw new Refusal(new UnauthenticatedException(NOT_BELIEVED), Map.of("Connection", "close"));
        }
        List<X509Certificate> own = proxies.isDeclared(request) ? List.of() : shown;
        return new Credentials(headers, own, sender(request).address());
    }

    /** Whether somebody who was let in would be let in now. */
    boolean stillGood(Admission who, Credentials credentials) {
        return line.believed().test(credentials.certificates()) && access.stillGood(who, credentials);
    }

    /**
     * A browser on this machine reaches this server for any page it shows. A page of somebody else is known by the name it came
     * under, which it can have point here (DNS rebinding), or by its origin.
     */
    private void demandOwnPage(HttpServletRequest request) {
        String host = host(request);
        String name = host == null ? null : name(host);
        if (host == null || name == null || !LOOPBACK.contains(name)) {
            throw new ForbiddenException(
                    "without authentication this server answers under the names localhost, 127.0.0.1 and"
                            + " [::1] only; set up authentication (copilot.security.authenticators) to serve others");
        }
        String origin = request.getHeader("Origin");
        if (origin != null && !isOwn(origin, host) && !origins.contains(origin)) {
            throw new ForbiddenException("without authentication this server answers no pages of other origins; set up"
                    + " authentication (copilot.security.authenticators)");
        } else if (request.getMethod().equals("POST") && UNASKED.contains(Body.type(request))) {
            throw new Refusal(
                    415, "Content-Type: without authentication a POST says what it sends, such as application/json");
        }
    }

    /** The name and port that the request came under; null if it does not tell, or tells several. */
    private static @Nullable String host(HttpServletRequest request) {
        List<String> hosts = Collections.list(request.getHeaders("Host"));
        if (hosts.isEmpty() && request.getProtocol().startsWith("HTTP/2")) {
            // HTTP/2 has it elsewhere, and no header.
            return request.getServerName() + ":" + request.getServerPort();
        }
        return hosts.size() == 1 ? hosts.get(0) : null;
    }

    private static boolean isOwn(String origin, String host) {
        try {
            return host.equalsIgnoreCase(new URI(origin).getRawAuthority());
        } catch (URISyntaxException strange) {
            return false;
        }
    }

    /** The name in {@code name:port}, in lower case; null if that is no name. */
    private static @Nullable String name(String host) {
        int colon = host.lastIndexOf(':');
        String name = colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
        boolean port =
                name.length() == host.length() || host.substring(colon + 1).matches("[0-9]{1,5}");
        return port ? name.toLowerCase(Locale.ROOT) : null;
    }
}
