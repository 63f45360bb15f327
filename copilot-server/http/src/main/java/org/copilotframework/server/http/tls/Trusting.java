package org.copilotframework.server.http.tls;

import java.security.KeyStore;
import java.security.cert.CRL;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** Jetty's contexts, with our trust: that of handshakes is that of connections that are there. */
final class Trusting extends SslContextFactory.Server {
    private volatile @Nullable ClientTrust trust;

    /** Trusts so from the next context on. */
    void trust(ClientTrust next) {
        trust = next;
    }

    @Override
    protected TrustManager @Nullable [] getTrustManagers(
            @Nullable KeyStore trustStore, @Nullable Collection<? extends CRL> lists) throws Exception {
        ClientTrust ours = trust;
        return ours == null ? super.getTrustManagers(trustStore, lists) : ours.managers();
    }
}
