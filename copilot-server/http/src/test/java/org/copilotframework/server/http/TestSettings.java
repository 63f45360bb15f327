package org.copilotframework.server.http;

import java.time.Duration;
import java.util.List;
import org.copilotframework.server.http.HttpSettings.ProxyHeaders;
import org.copilotframework.server.http.tls.TlsSettings;

/** Settings with something else in them. */
final class TestSettings {
    private TestSettings() {}

    static HttpSettings with(HttpSettings of, TlsSettings tls) {
        return with(of, of.trustedProxies(), of.proxyHeaders(), tls);
    }

    static HttpSettings trusting(HttpSettings of, ProxyHeaders headers, String... proxies) {
        return with(of, List.of(proxies), headers, of.tls());
    }

    private static HttpSettings with(HttpSettings of, List<String> proxies, ProxyHeaders headers, TlsSettings tls) {
        return new HttpSettings(
                of.host(),
                of.port(),
                of.calls(),
                of.streams(),
                of.bodyBytes(),
                of.archiveBytes(),
                of.headerBytes(),
                of.idleTimeout(),
                of.keepAlive(),
                of.drainDelay(),
                of.drainTimeout(),
                of.corsOrigins(),
                proxies,
                headers,
                Duration.ofDays(365),
                tls);
    }
}
