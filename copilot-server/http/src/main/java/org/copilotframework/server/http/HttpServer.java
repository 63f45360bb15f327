package org.copilotframework.server.http;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.Health;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.server.http.tls.Tls;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The face with a server of its own.
 *
 * <pre>{@code
 * try (Orchestrator copilot = Orchestrator.builder().plugins(Path.of("plugins")).start();
 *         HttpServer server = HttpServer.start(copilot, HttpSettings.defaults())) {
 *     System.out.println("listening on " + server.address());
 *     Thread.currentThread().join();
 * }
 * }</pre>
 */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    /** Threads for health and refusals, beside those for requests at work, and for what Jetty itself needs. */
    private static final int SPARE_THREADS = 16;

    /** Connections for health and refusals, and such as are silent, beside those for requests at work and streams. */
    private static final int SPARE_CONNECTIONS = 1_000;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final HttpSettings settings;
    private final HttpFace face;
    private final @Nullable Tls tls;
    private final Server jetty;
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();

    private HttpServer(HttpSettings settings, HttpFace face, @Nullable Tls tls, Server jetty, int port) {
        this.settings = settings;
        this.face = face;
        this.tls = tls;
        this.jetty = jetty;
        this.port = port;
    }

    /**
     * Starts a server for an orchestrator.
     *
     * @param orchestrator whom requests are for; it is closed by whoever made it, after this
     * @param settings how to serve
     * @return the server, which listens; to be closed
     * @throws InvalidRequestException if others cannot be let in there without leaving a door open, with all that is wrong, or there is
     *     no such address
     * @throws UnavailableException if the port is taken
     */
    public static HttpServer start(Orchestrator orchestrator, HttpSettings settings) {
        orchestrator.access().demandFit(settings.isLoopback(), settings.isPlain());
        if (settings.isPlain() && !settings.isLoopback()) {
            LOG.warn(
                    "What is sent to {} goes in the clear; set copilot.http.tls.certificate, or copilot.http.trusted-proxies",
                    settings.host());
        }
        Tls tls = settings.tls().isOn() ? Tls.open(settings.tls()) : null;
        try {
            HttpFace face = HttpFace.fit(
                    orchestrator, settings, Line.of(orchestrator.access(), settings, tls), () -> parts(tls));
            return listen(settings, face, tls);
        } catch (RuntimeException | Error fault) {
            close(tls);
            throw fault;
        }
    }

    /**
     * Reads the files that a server with these settings would read at its start, and starts none.
     *
     * @param settings which files there are
     * @return what is to be looked at soon, such as a certificate that is about to expire, each for a person; perhaps nothing
     * @throws InvalidRequestException if a file is missing or wrong; names its setting and what mends it
     */
    public static List<String> checkFiles(HttpSettings settings) {
        if (!settings.tls().isOn()) {
            return List.of();
        }
        try (Tls tls = Tls.open(settings.tls())) {
            return tls.troubles();
        }
    }

    private static List<Health.Part> parts(@Nullable Tls tls) {
        if (tls == null) {
            return List.of();
        }
        List<String> troubles = tls.troubles();
        Health.Status status = troubles.isEmpty() ? Health.Status.OK : Health.Status.DEGRADED;
        return List.of(new Health.Part("tls", status, String.join("; ", troubles)));
    }

    private static HttpServer listen(HttpSettings settings, HttpFace face, @Nullable Tls tls) {
        QueuedThreadPool threads = new QueuedThreadPool(settings.calls() + SPARE_THREADS);
        threads.setName("copilot-http");
        Server jetty = new Server(threads);
        ServerConnector connector = Listeners.of(jetty, settings, tls);
        jetty.addConnector(connector);
        connector.addBean(new SlowConnections(connector, settings.idleTimeout()));
        jetty.addBean(new NetworkConnectionLimit(settings.calls() + settings.streams() + SPARE_CONNECTIONS, jetty));
        jetty.setErrorHandler(new UnreadRequests());
        jetty.setHandler(context(face));
        start(settings, face, jetty);
        return new HttpServer(settings, face, tls, jetty, connector.getLocalPort());
    }

    private static ServletContextHandler context(HttpFace face) {
        ServletContextHandler context = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        ServletHolder holder = new ServletHolder("copilot", face.servlet());
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        context.getServletHandler().setDecodeAmbiguousURIs(true);
        return context;
    }

    private static void start(HttpSettings settings, HttpFace face, Server jetty) {
        try {
            jetty.start();
        } catch (Exception failed) {
            stop(jetty);
            face.close();
            if (failed instanceof IOException taken) {
                throw new UnavailableException(
                        "copilot.http.port: " + settings.host() + ":" + settings.port() + " cannot be listened on: "
                                + taken.getMessage() + "; end what listens there, or set another port",
                        RETRY,
                        taken);
            }
            throw new IllegalStateException("the HTTP server does not start", failed);
        }
    }

    HttpFace face() {
        return face;
    }

    Optional<Tls> tls() {
        return Optional.ofNullable(tls);
    }

    List<Health.Part> health() {
        return parts(tls);
    }

    /**
     * The port that is listened on.
     *
     * @return the one that was set, or the free one that was found
     */
    public int port() {
        return port;
    }

    /**
     * Where the server is reached.
     *
     * @return such as {@code http://127.0.0.1:8080}; with TLS {@code https}
     */
    public URI address() {
        String host = settings.host().indexOf(':') < 0 ? settings.host() : "[" + settings.host() + "]";
        return URI.create((tls == null ? "http://" : "https://") + host + ":" + port);
    }

    /**
     * Ends in order: says that it is not ready, serves on for the drain delay, then takes no more requests and waits within the drain
     * time for those at work. What is left of streams is ended with an error that says so; their runs go on. May be called more than
     * once.
     */
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        face.unready();
        try {
            Thread.sleep(settings.drainDelay().toMillis());
        } catch (InterruptedException cutShort) {
            Thread.currentThread().interrupt();
        }
        face.close();
        stop(jetty);
        close(tls);
    }

    private static void close(@Nullable Tls tls) {
        if (tls != null) {
            tls.close();
        }
    }

    private static void stop(Server jetty) {
        try {
            jetty.stop();
        } catch (Exception fault) {
            LOG.warn("The HTTP server did not stop in order", fault);
        }
    }
}
