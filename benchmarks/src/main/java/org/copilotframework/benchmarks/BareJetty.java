package org.copilotframework.benchmarks;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The baseline of the rows {@code http} and {@code sse}: Jetty set up as our server does it, and handlers that read what was sent and
 * answer always the same; or events, each of which tells when it was made.
 */
final class BareJetty {
    static final String READY = "/ready";
    static final String HANDLER = "/handler";
    static final String SERVLET = "/servlet";
    static final String EVENTS = "/events";

    private static final byte[] REPLY =
            "{\"state\":\"completed\",\"message\":{\"role\":\"agent\",\"parts\":[{\"text\":\"Hello, world!\"}]}}"
                    .getBytes(StandardCharsets.UTF_8);

    private BareJetty() {}

    public static void main(String[] args) throws Exception {
        Server server = new Server(new QueuedThreadPool(216));
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(16 * 1_024);
        http.setUriCompliance(UriCompliance.from("DEFAULT,AMBIGUOUS_PATH_SEPARATOR,AMBIGUOUS_PATH_ENCODING"));
        ServerConnector connector = new ServerConnector(
                server, 1, -1, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
        connector.setHost("127.0.0.1");
        connector.setPort(Integer.parseInt(args[0]));
        connector.setAcceptQueueSize(1_024);
        connector.setIdleTimeout(30_000);
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(11_200, server));
        ServletContextHandler servlets = new ServletContextHandler("/", ServletContextHandler.NO_SESSIONS);
        servlets.addServlet(Constant.class, SERVLET);
        server.setHandler(new Handler.Sequence(new Bare(), servlets));
        server.start();
        server.join();
    }

    /** Nothing around it, not even a servlet. */
    private static final class Bare extends Handler.Abstract {
        private final ExecutorService streams = Executors.newCachedThreadPool();

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            switch (Request.getPathInContext(request)) {
                case HANDLER -> {
                    Content.Source.asString(request, StandardCharsets.UTF_8);
                    constant(response, callback);
                }
                case READY -> constant(response, callback);
                case EVENTS -> {
                    Ticks ticks = Ticks.parse(Content.Source.asString(request, StandardCharsets.UTF_8));
                    streams.execute(() -> events(ticks, response, callback));
                }
                default -> {
                    return false;
                }
            }
            return true;
        }

        private static void constant(Response response, Callback callback) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, REPLY.length);
            response.write(true, ByteBuffer.wrap(REPLY), callback);
        }

        private static void events(Ticks ticks, Response response, Callback callback) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream");
            try {
                OutputStream out = Content.Sink.asOutputStream(response);
                send(out, "run", "{}");
                for (int tick = 0; tick < ticks.count(); tick++) {
                    ticks.await(tick);
                    send(out, "text", "{\"position\":" + tick + ",\"delta\":\"" + Ticks.now() + "\"}");
                }
                send(out, "reply", new String(REPLY, StandardCharsets.UTF_8));
                out.close();
                callback.succeeded();
            } catch (IOException | InterruptedException left) {
                callback.failed(left);
            }
        }

        private static void send(OutputStream out, String event, String data) throws IOException {
            out.write(("event: " + event + "\ndata: " + data + "\n\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }

    /** The same in a container of servlets, which ours runs in, too. */
    public static final class Constant extends HttpServlet {
        private static final long serialVersionUID = 1;

        @Override
        protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
            request.getInputStream().readAllBytes();
            response.setContentType("application/json");
            response.setContentLength(REPLY.length);
            response.getOutputStream().write(REPLY);
        }
    }
}
