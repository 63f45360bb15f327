package org.copilotframework.server.http;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.HandlerType;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.Servlet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.copilotframework.core.Access;
import org.copilotframework.core.Health;
import org.copilotframework.core.Orchestrator;

/**
 * The face as a servlet, for an application that has a container of servlets. It is mounted at {@code /*} of a context, with support
 * for asynchronous requests. What listens, and what TLS there is, is the container's. Safe for use by several threads.
 *
 * <pre>{@code
 * HttpFace face = HttpFace.of(copilot, HttpSettings.defaults());
 * ServletHolder holder = new ServletHolder(face.servlet());
 * holder.setAsyncSupported(true);
 * context.addServlet(holder, "/*");
 * }</pre>
 */
public final class HttpFace implements AutoCloseable {
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final Gate gate;
    private final OpenStreams streams;
    private final Servlet servlet;
    private final Duration drainTimeout;

    private HttpFace(Gate gate, OpenStreams streams, Servlet servlet, Duration drainTimeout) {
        this.gate = gate;
        this.streams = streams;
        this.servlet = servlet;
        this.drainTimeout = drainTimeout;
    }

    /**
     * Makes the face of an orchestrator. Where the container listens is not known, so others must be fit to be let in; where nobody is
     * asked who he is, the face itself answers this machine only.
     *
     * @param orchestrator whom requests are for; it is closed by whoever made it, after this
     * @param settings how to serve; address, port and connections are the container's
     * @return the face, to be closed
     * @throws org.copilotframework.api.error.InvalidRequestException if others cannot be let in without leaving a door open, with all
     *     that is wrong
     */
    public static HttpFace of(Orchestrator orchestrator, HttpSettings settings) {
        Access access = Objects.requireNonNull(orchestrator, "orchestrator").access();
        access.demandFit(access.open());
        return fit(orchestrator, settings, Line.CONTAINERS, List::of);
    }

    /**
     * The same, once it is seen that others can be let in.
     *
     * @param line what lies between clients and the face
     * @param own how the parts are that are not the orchestrator's
     */
    static HttpFace fit(Orchestrator orchestrator, HttpSettings settings, Line line, Supplier<List<Health.Part>> own) {
        Gate gate = new Gate(settings.calls(), settings.streams());
        Proxies proxies = new Proxies(settings);
        Door door = new Door(orchestrator.access(), Set.copyOf(settings.corsOrigins()), proxies, line);
        Premises premises = new Premises(orchestrator, settings, door, gate, BodyBudget.of(settings.bodyBytes()));
        OpenStreams streams = new OpenStreams();
        Reception reception = new Reception(premises, new Delivery(premises.pace(), streams, clock()));
        List<Route> routes = routes(orchestrator, gate, settings.calls(), own);
        BrowserRules browsers = new BrowserRules(Set.copyOf(settings.corsOrigins()), proxies, settings.hsts());
        Javalin javalin = Javalin.create(config -> mount(config, routes, reception, browsers));
        return new HttpFace(gate, streams, javalin.javalinServlet(), settings.drainTimeout());
    }

    /**
     * Tells when an answer was to be taken by. It is not closed with the face, which answers whether it is ready to the last; its
     * thread ends by itself.
     */
    private static ScheduledExecutorService clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "copilot-http-clock");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
        clock.setKeepAliveTime(LAST_WORDS.toSeconds(), TimeUnit.SECONDS);
        clock.allowCoreThreadTimeOut(true);
        return clock;
    }

    private static List<Route> routes(
            Orchestrator orchestrator, Gate gate, int calls, Supplier<List<Health.Part>> own) {
        List<Route> routes = new ArrayList<>();
        routes.addAll(new AgentRoutes(orchestrator).all());
        routes.addAll(new RunRoutes(orchestrator).all());
        routes.addAll(new SessionRoutes(orchestrator).all());
        routes.addAll(new BlobRoutes(orchestrator.blobs(), Math.max(1, calls / 4)).all());
        routes.addAll(new PluginRoutes(orchestrator).all());
        routes.addAll(new TenantRoutes(orchestrator).all());
        routes.addAll(new KeyRoutes(orchestrator).all());
        routes.addAll(new ManageRoutes(orchestrator).all());
        routes.addAll(new HealthRoutes(orchestrator, gate, own).all());
        routes.addAll(new DescriptionRoutes(orchestrator, List.copyOf(routes)).all());
        return routes;
    }

    private static void mount(JavalinConfig config, List<Route> routes, Reception reception, BrowserRules browsers) {
        config.startup.showJavalinBanner = false;
        config.startup.startupWatcherEnabled = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.http.prefer405over404 = true;
        config.http.defaultContentType = Answer.JSON;
        config.http.compressionStrategy = CompressionStrategy.NONE; // Answers are written past it.
        config.router.ignoreTrailingSlashes = false;
        config.routes.before(browsers::apply);
        for (Route route : routes) {
            config.routes.addHttpHandler(
                    HandlerType.findOrCreate(route.method()), route.path(), context -> reception.serve(route, context));
            if (route.method().equals("GET")) {
                config.routes.head(route.path(), context -> reception.serve(route, context));
            }
        }
        config.routes.exception(HttpResponseException.class, reception::missed);
    }

    /**
     * The servlet.
     *
     * @return always the same object
     */
    public Servlet servlet() {
        return servlet;
    }

    /** Says that no requests should be sent here any more: {@code /health/ready} answers 503. Requests are still taken. */
    public void unready() {
        gate.unready();
    }

    /**
     * Takes no more requests but those for health, ends the streams of runs that wait for input, and waits for what is at work.
     *
     * @param atMost for how long at most
     * @return whether all have ended
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public boolean drain(Duration atMost) throws InterruptedException {
        gate.shut();
        streams.endParked();
        return gate.awaitQuiet(atMost);
    }

    /**
     * Takes no more requests, ends the streams of runs that wait for input, waits for those at work within the drain time, and ends
     * the streams that are left.
     */
    @Override
    public void close() {
        try {
            drain(drainTimeout);
            streams.close(LAST_WORDS);
        } catch (InterruptedException cutShort) {
            streams.closeNow();
            Thread.currentThread().interrupt();
        }
    }
}
