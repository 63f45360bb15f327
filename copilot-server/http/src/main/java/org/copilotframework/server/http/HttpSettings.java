package org.copilotframework.server.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.Reach;
import org.copilotframework.server.http.tls.TlsSettings;

/**
 * How the face serves: the settings below {@code copilot.http}, such as {@code copilot.http.body-bytes}.
 *
 * @param host the address to listen on; loopback unless set. Without authentication nothing else is allowed, and in production
 *     nothing else without TLS or a proxy that is declared
 * @param port the port to listen on; 0 for any that is free
 * @param calls how many requests are at work at once; what comes beyond that is told to come again.
 *     Health and streams are not counted
 * @param streams how many streams of events are open at once
 * @param bodyBytes how large the body of a request may be
 * @param archiveBytes how large an archive may be that is installed; {@code copilot.plugins.limits.archive-bytes} holds too
 * @param headerBytes how large the headers of a request may be in all
 * @param idleTimeout how long a connection may be silent, and a request may take to send a further piece of its body
 * @param keepAlive how long a stream of events is silent before a comment is sent that keeps it open
 * @param drainDelay for how long requests are taken on after it was said that this server is not ready any more: as long as it
 *     takes a load balancer to learn of it
 * @param drainTimeout how long requests and streams at work may take then to end
 * @param corsOrigins whose pages may call this face from a browser, such as {@code https://app.example.com}; empty for none
 * @param trustedProxies the addresses of proxies, or networks such as {@code 10.0.0.0/8}, that are believed for whom they pass a
 *     request on
 * @param proxyHeaders by which headers these tell it; the others are not looked at, since whoever asks could have sent them
 * @param hsts for how long browsers are told to come by TLS only, where they did; zero for not
 * @param tls the server's certificate, and what clients show
 */
public record HttpSettings(
        @Default(HttpSettings.LOOPBACK) String host,
        @Default("8080") int port,
        @Default("200") int calls,
        @Default("10000") int streams,
        @Default("8388608") int bodyBytes,
        @Default("1073741824") long archiveBytes,
        @Default("16384") int headerBytes,
        @Default("30s") Duration idleTimeout,
        @Default("15s") Duration keepAlive,
        @Default("0s") Duration drainDelay,
        @Default("30s") Duration drainTimeout,
        @Default("") List<String> corsOrigins,
        @Default("") List<String> trustedProxies,
        @Default("x-forwarded") ProxyHeaders proxyHeaders,
        @Default("365d") Duration hsts,
        TlsSettings tls) {
    /** By which headers a proxy tells for whom it passes a request on. */
    public enum ProxyHeaders {
        /** {@code X-Forwarded-For}, {@code X-Forwarded-Proto} and {@code X-Forwarded-Host}. */
        X_FORWARDED,
        /** {@code Forwarded} (RFC 7239). */
        FORWARDED
    }

    /** The address of this machine for itself. */
    public static final String LOOPBACK = "127.0.0.1";

    /** The port that is listened on unless another one is set. */
    public static final int PORT = 8080;

    private static final int MIB = 1 << 20;

    /**
     * Checks.
     *
     * @throws InvalidRequestException if a value is out of its bounds; names it
     */
    public HttpSettings {
        Objects.requireNonNull(host, "host");
        demand(port >= 0 && port <= 65_535, "port: is 0 to 65535, not " + port);
        demand(calls > 0, "calls: is 1 or more, not " + calls);
        demand(streams > 0, "streams: is 1 or more, not " + streams);
        demand(bodyBytes > 0, "body-bytes: is 1 or more, not " + bodyBytes);
        demand(archiveBytes > 0, "archive-bytes: is 1 or more, not " + archiveBytes);
        demand(headerBytes >= 1_024, "header-bytes: is 1024 or more, not " + headerBytes);
        demand(isPositive(idleTimeout), "idle-timeout: is above zero, not " + idleTimeout);
        demand(isPositive(keepAlive), "keep-alive: is above zero, not " + keepAlive);
        demand(!drainDelay.isNegative(), "drain-delay: is zero or more, not " + drainDelay);
        demand(!drainTimeout.isNegative(), "drain-timeout: is zero or more, not " + drainTimeout);
        corsOrigins = List.copyOf(corsOrigins);
        demand(!corsOrigins.contains("*"), "cors-origins: names origins one by one; '*' would let every page in");
        trustedProxies = List.copyOf(trustedProxies);
        Networks.of("copilot.http.trusted-proxies", trustedProxies);
        demand(!hsts.isNegative(), "hsts: is zero or more, not " + hsts);
        Objects.requireNonNull(tls, "tls");
    }

    /** Those without proxies and TLS. */
    HttpSettings(
            String host,
            int port,
            int calls,
            int streams,
            int bodyBytes,
            long archiveBytes,
            int headerBytes,
            Duration idleTimeout,
            Duration keepAlive,
            Duration drainDelay,
            Duration drainTimeout,
            List<String> corsOrigins) {
        this(
                host,
                port,
                calls,
                streams,
                bodyBytes,
                archiveBytes,
                headerBytes,
                idleTimeout,
                keepAlive,
                drainDelay,
                drainTimeout,
                corsOrigins,
                List.of(),
                ProxyHeaders.X_FORWARDED,
                Duration.ofDays(365),
                TlsSettings.none());
    }

    /**
     * The defaults.
     *
     * @return loopback, port {@value #PORT}
     */
    public static HttpSettings defaults() {
        return new HttpSettings(
                LOOPBACK,
                PORT,
                200,
                10_000,
                8 * MIB,
                1_024L * MIB,
                16 * 1_024,
                Duration.ofSeconds(30),
                Duration.ofSeconds(15),
                Duration.ZERO,
                Duration.ofSeconds(30),
                List.of());
    }

    /**
     * What the settings say.
     *
     * @param orchestrator whose settings
     * @return the settings
     * @throws InvalidRequestException if a value does not fit or a key is not known, with all that is wrong
     */
    public static HttpSettings of(Orchestrator orchestrator) {
        return orchestrator.settings("http", HttpSettings.class);
    }

    /**
     * The same with another address.
     *
     * @param other the address to listen on
     * @param otherPort the port; 0 for any that is free
     * @return the settings
     */
    public HttpSettings at(String other, int otherPort) {
        return new HttpSettings(
                other,
                otherPort,
                calls,
                streams,
                bodyBytes,
                archiveBytes,
                headerBytes,
                idleTimeout,
                keepAlive,
                drainDelay,
                drainTimeout,
                corsOrigins,
                trustedProxies,
                proxyHeaders,
                hsts,
                tls);
    }

    /**
     * Whether only this machine reaches the address.
     *
     * @return whether it is one of loopback
     * @throws InvalidRequestException if there is no such address
     */
    public boolean isLoopback() {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            throw new InvalidRequestException("copilot.http.host: there is no address '" + host + "'");
        }
    }

    /**
     * Whether what is sent can be read on its way.
     *
     * @return true if there is no TLS, and no proxy is declared that has it
     */
    public boolean isPlain() {
        return !tls.isOn() && trustedProxies.isEmpty();
    }

    /**
     * From where a server with these settings could be reached.
     *
     * @return both of the above
     * @throws InvalidRequestException if there is no such address
     */
    public Reach reach() {
        return new Reach(isLoopback(), isPlain());
    }

    private static boolean isPositive(Duration time) {
        return !time.isNegative() && !time.isZero();
    }

    private static void demand(boolean good, String otherwise) {
        if (!good) {
            throw new InvalidRequestException("copilot.http." + otherwise);
        }
    }
}
