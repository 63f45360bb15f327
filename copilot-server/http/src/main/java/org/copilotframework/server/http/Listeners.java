package org.copilotframework.server.http;

import org.copilotframework.server.http.tls.Tls;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.jspecify.annotations.Nullable;

/** What Jetty listens with: HTTP/1.1 and HTTP/2, in the clear or over TLS, never both. */
final class Listeners {
    /** Connections that wait to be taken. The JDK's 50 are too few for 1,000 clients at once: some were cut off. */
    private static final int WAITING_CONNECTIONS = 1_024;

    private Listeners() {}

    /**
     * Makes a connector, not started.
     *
     * @param tls null for none
     */
    static ServerConnector of(Server jetty, HttpSettings settings, @Nullable Tls tls) {
        HttpConfiguration http = http(settings);
        ServerConnector connector = tls == null ? inTheClear(jetty, http) : secure(jetty, http, tls);
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setAcceptQueueSize(WAITING_CONNECTIONS);
        connector.setIdleTimeout(settings.idleTimeout().toMillis());
        return connector;
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

    private static ServerConnector inTheClear(Server jetty, HttpConfiguration http) {
        return new ServerConnector(
                jetty, 1, -1, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
    }

    private static ServerConnector secure(Server jetty, HttpConfiguration http, Tls tls) {
        HttpConfiguration secure = new HttpConfiguration(http);
        // There is one certificate and one site, so which name a client asks under chooses nothing: probes come by
        // address.
        SecureRequestCustomizer customizer = new SecureRequestCustomizer();
        customizer.setSniHostCheck(false);
        secure.addCustomizer(customizer);
        HttpConnectionFactory first = new HttpConnectionFactory(secure);
        ALPNServerConnectionFactory chosen = new ALPNServerConnectionFactory();
        chosen.setDefaultProtocol(first.getProtocol());
        return new ServerConnector(
                jetty,
                1,
                -1,
                new SslConnectionFactory(tls.factory(), chosen.getProtocol()),
                chosen,
                new HTTP2ServerConnectionFactory(secure),
                first);
    }
}
