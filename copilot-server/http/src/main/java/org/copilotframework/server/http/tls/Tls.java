package org.copilotframework.server.http.tls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.eclipse.jetty.http2.HTTP2Cipher;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS as it is now. Files that change are taken for connections that come then; those that are there go on, but of whom is believed no
 * more no further request is. What is broken is not taken: the one before stays, and it is told. Internal.
 */
public final class Tls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    private final TlsSettings settings;
    private final Trusting factory;

    /** A thread of its own: a file system that hangs is to hold up nothing else. */
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "copilot-http-tls");
        thread.setDaemon(true);
        return thread;
    });

    /** What was looked at last, good or not. Of the thread that looks alone, once it does. */
    private String seen;

    private volatile TlsIdentity identity;

    /** Null if clients are asked for no certificate. */
    private volatile @Nullable ClientTrust trust;

    private volatile String broken = "";

    private Tls(
            TlsSettings settings, String seen, TlsIdentity identity, @Nullable ClientTrust trust, Trusting factory) {
        this.settings = settings;
        this.seen = seen;
        this.identity = identity;
        this.trust = trust;
        this.factory = factory;
    }

    /**
     * Reads the files, and begins to look whether they change.
     *
     * @param settings which files
     * @return TLS by these, to be closed
     * @throws InvalidRequestException if a file is missing or wrong; names its setting and what mends it
     */
    public static Tls open(TlsSettings settings) {
        TlsFiles files = first(settings);
        TlsIdentity identity = TlsIdentity.of(files);
        ClientTrust trust = trust(settings, identity);
        Tls tls = new Tls(settings, files.digest(), identity, trust, usable(settings, identity, trust));
        identity.trouble(Instant.now()).ifPresent(trouble -> LOG.warn("TLS: {}", trouble));
        long every = settings.reload().toMillis();
        tls.looking.scheduleWithFixedDelay(tls::look, every, every, TimeUnit.MILLISECONDS);
        return tls;
    }

    private static TlsFiles first(TlsSettings settings) {
        try {
            return TlsFiles.read(settings);
        } catch (UnreadableFileException missing) {
            throw new InvalidRequestException(String.valueOf(missing.getMessage()));
        }
    }

    private static @Nullable ClientTrust trust(TlsSettings settings, TlsIdentity identity) {
        return settings.clientAuth() == TlsSettings.ClientAuth.NONE ? null : identity.trust();
    }

    /** Sees that the JDK makes a context of it, too: of one that is in use no attempt can be taken back. */
    private static Trusting usable(TlsSettings settings, TlsIdentity identity, @Nullable ClientTrust trust) {
        Trusting made = new Trusting();
        // TLS 1.3 and 1.2: with each, Jetty leaves out the ciphers that are weak.
        made.setIncludeProtocols("TLSv1.3", "TLSv1.2");
        made.setCipherComparator(HTTP2Cipher.COMPARATOR);
        made.setUseCipherSuitesOrder(true);
        made.setRenegotiationAllowed(false);
        made.setWantClientAuth(settings.clientAuth() == TlsSettings.ClientAuth.WANT);
        made.setNeedClientAuth(settings.clientAuth() == TlsSettings.ClientAuth.NEED);
        give(made, settings, identity, trust);
        try {
            made.start();
            return made;
        } catch (Exception refused) {
            throw new InvalidRequestException(
                    "copilot.http.tls: what the files have cannot be used: " + refused.getMessage());
        }
    }

    private static void give(Trusting to, TlsSettings settings, TlsIdentity identity, @Nullable ClientTrust trust) {
        to.setKeyStore(identity.keys(settings.keystore().isPresent() ? TlsSettings.KEYSTORE : TlsSettings.CERTIFICATE));
        to.setKeyStorePassword(TlsIdentity.PASSWORD);
        to.setKeyManagerPassword(TlsIdentity.PASSWORD);
        if (trust != null) {
            to.setTrustStore(identity.trusted());
            to.trust(trust);
        }
    }

    /**
     * What a connector of Jetty is given.
     *
     * @return always the same object
     */
    public SslContextFactory.Server factory() {
        return factory;
    }

    /**
     * Whether somebody who has shown certificates when he connected would be believed now: an authority may be gone from the files, a
     * list may have taken his certificate back, or its time may be over.
     *
     * @param shown what he has shown, his own first; empty if nothing
     * @return true also if he has shown nothing
     */
    public boolean believes(List<X509Certificate> shown) {
        ClientTrust now = trust;
        return shown.isEmpty() || now == null || now.believes(shown);
    }

    private void look() {
        try {
            TlsFiles files = TlsFiles.read(settings);
            String digest = files.digest();
            if (!digest.equals(seen)) {
                seen = digest;
                take(files);
            }
        } catch (UnreadableFileException gone) {
            seen = ""; // So that it is taken when it is back.
            tell(String.valueOf(gone.getMessage()));
        } catch (CopilotException wrong) {
            tell(String.valueOf(wrong.getMessage()));
        } catch (Exception | Error fault) {
            tell("the files cannot be taken: " + fault);
        }
    }

    private void take(TlsFiles files) throws Exception {
        TlsIdentity next = TlsIdentity.of(files);
        ClientTrust others = trust(settings, next);
        usable(settings, next, others).stop();
        factory.reload(live -> give(factory, settings, next, others));
        identity = next;
        trust = others;
        broken = "";
        LOG.info("TLS: the files have changed and are taken for new connections");
        next.trouble(Instant.now()).ifPresent(trouble -> LOG.warn("TLS: {}", trouble));
    }

    private void tell(String trouble) {
        if (!trouble.equals(broken)) {
            LOG.warn("TLS goes on with what it had: {}", trouble);
        }
        broken = trouble;
    }

    /**
     * What does not work now.
     *
     * @return sentences for an operator, without secrets
     */
    public List<String> troubles() {
        Optional<String> expired = identity.trouble(Instant.now());
        return Stream.concat(Stream.of(broken).filter(text -> !text.isEmpty()), expired.stream())
                .toList();
    }

    /** Looks no more. */
    @Override
    public void close() {
        looking.shutdownNow();
    }
}
