package org.copilotframework.server.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.Orchestrator;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
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

    /** Connections that wait to be taken. The JDK's 50 are too few for 1,000 clients at once: some were cut off. */
    private static final int WAITING_CONNECTIONS = 1_024;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final HttpSettings settings;
    private final HttpFace face;
    private final Server jetty;
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();

    private HttpServer(HttpSettings settings, HttpFace face, Server jetty, int port) {
        this.settings = settings;
        this.face = face;
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
        orchestrator.access().demandFit(isLoopback(settings.host()));
        HttpFace face = HttpFace.fit(orchestrator, settings);
        QueuedThreadPool threads = new QueuedThreadPool(settings.calls() + SPARE_THREADS);
        threads.setName("copilot-http");
        Server jetty = new Server(threads);
        HttpConfiguration http = http(settings);
        ServerConnector connector = new ServerConnector(
                jetty, 1, -1, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(WAITING_CONNECTIONS);
        connector.setIdleTimeout(settings.idleTimeout().toMillis());
        jetty.addConnector(connector);
        jetty.addBean(new NetworkConnectionLimit(settings.calls() + settings.streams() + SPARE_CONNECTIONS, jetty));
        jetty.setErrorHandler(new UnreadRequests());
        jetty.setHandler(context(face));
        listen(settings, face, jetty);
        return new HttpServer(settings, face, jetty, connector.getLocalPort());
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            throw new InvalidRequestException("copilot.http.host: there is no address '" + host + "'");
        }
    }

    private static HttpConfiguration http(HttpSettings settings) {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(settings.headerBytes());
        // Ids may hold a slash, as %2F: routes take the path apart before they decode it.
        http.setUriCompliance(UriCompliance.from("DEFAULT,AMBIGUOUS_PATH_SEPARATOR,AMBIGUOUS_PATH_ENCODING"));
        return http;
    }

    private static ServletContextHandler context(HttpFace face) {
        ServletContextHandler context = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        ServletHolder holder = new ServletHolder("copilot", face.servlet());
        holder.setAsyncSupported(true);
        context.addServlet(holder, "/*");
        context.getServletHandler().setDecodeAmbiguousURIs(true);
        return context;
    }

    private static void listen(HttpSettings settings, HttpFace face, Server jetty) {
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
     * @return such as {@code http://127.0.0.1:8080}
     */
    public URI address() {
        String host = settings.host().indexOf(':') < 0 ? settings.host() : "[" + settings.host() + "]";
        return URI.create("http://" + host + ":" + port);
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
    }

    private static void stop(Server jetty) {
        try {
            jetty.stop();
        } catch (Exception fault) {
            LOG.warn("The HTTP server did not stop in order", fault);
        }
    }
}
