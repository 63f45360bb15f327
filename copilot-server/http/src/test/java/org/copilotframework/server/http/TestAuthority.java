package org.copilotframework.server.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** Who issues real certificates, by the JDK's keytool. */
final class TestAuthority {
    static final String PASSWORD = "changeit-for-tests";
    static final String LOCAL = "san=dns:localhost,ip:127.0.0.1";

    private final Path store;
    private final String name;
    private final X509Certificate own;
    private int issued;

    /**
     * Makes an authority with a key of its own.
     *
     * @param folder where its keys are
     */
    TestAuthority(Path folder, String name) {
        this.store = folder.resolve(name + ".p12");
        this.name = name;
        keytool(
                "-genkeypair",
                store,
                "-alias",
                "ca",
                "-dname",
                "CN=" + name,
                "-ext",
                "bc:c",
                "-keyalg",
                "EC",
                "-validity",
                "30");
        this.own = Issued.of(store, "ca").chain().get(0);
    }

    /** Somebody with a key, and a certificate that this authority has issued. */
    Issued issue(String subject, String... more) {
        String alias = "issued" + issued++;
        List<String> arguments = new ArrayList<>(List.of("-alias", alias, "-dname", subject, "-signer", "ca"));
        if (!List.of(more).contains("-keyalg")) {
            arguments.addAll(List.of("-keyalg", "EC"));
        }
        arguments.addAll(List.of(more));
        keytool("-genkeypair", store, arguments.toArray(new String[0]));
        return Issued.of(store, alias);
    }

    /** Its own certificate. */
    X509Certificate certificate() {
        return own;
    }

    Path pem(Path file) {
        return write(file, text("CERTIFICATE", encoded(certificate())));
    }

    /** Its list of what it has taken back, in DER. */
    Path list(Path file, Issued... back) {
        List<String> arguments = new ArrayList<>(List.of("-alias", "ca", "-file", file.toString()));
        for (Issued one : back) {
            arguments.add("-id");
            arguments.add(one.chain().get(0).getSerialNumber().toString());
        }
        if (back.length == 0) {
            arguments.addAll(List.of("-id", "1"));
        }
        keytool("-gencrl", store, arguments.toArray(new String[0]));
        return file;
    }

    /** A client that believes this authority. */
    HttpClient.Builder client(@Nullable Issued who) {
        return HttpClient.newBuilder().sslContext(context(who));
    }

    /** What believes this authority, and shows a certificate if there is one. */
    SSLContext context(@Nullable Issued who) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(name, certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(who == null ? null : new KeyManager[] {new Insisting(who)}, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Shows what it has, whatever the server asks for: the JDK's own would show nothing that was not asked for. */
    private static final class Insisting extends X509ExtendedKeyManager {
        private final Issued who;

        private Insisting(Issued who) {
            this.who = who;
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            return who.alias();
        }

        @Override
        public String chooseEngineClientAlias(String[] types, Principal[] issuers, SSLEngine engine) {
            return who.alias();
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            return new String[] {who.alias()};
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return who.chain().toArray(new X509Certificate[0]);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return who.key();
        }

        @Override
        public String @Nullable [] getServerAliases(String type, Principal[] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return null;
        }
    }

    private static void keytool(String what, Path store, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-J-XX:TieredStopAtLevel=1",
                what,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD));
        command.addAll(Arrays.asList(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("keytool: " + said);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Who has a certificate. */
    record Issued(Path store, String alias, List<X509Certificate> chain, PrivateKey key) {
        static Issued of(Path store, String alias) {
            try {
                KeyStore keys = KeyStore.getInstance("PKCS12");
                keys.load(new ByteArrayInputStream(Files.readAllBytes(store)), PASSWORD.toCharArray());
                List<X509Certificate> chain = new ArrayList<>();
                for (Certificate one : keys.getCertificateChain(alias)) {
                    chain.add((X509Certificate) one);
                }
                return new Issued(store, alias, chain, (PrivateKey) keys.getKey(alias, PASSWORD.toCharArray()));
            } catch (GeneralSecurityException | IOException failed) {
                throw new IllegalStateException(failed);
            }
        }

        KeyStore alone() throws GeneralSecurityException, IOException {
            KeyStore alone = KeyStore.getInstance("PKCS12");
            alone.load(null, null);
            alone.setKeyEntry("own", key(), PASSWORD.toCharArray(), chain().toArray(new Certificate[0]));
            return alone;
        }

        Path p12(Path file) {
            try (var out = Files.newOutputStream(file)) {
                alone().store(out, PASSWORD.toCharArray());
                return file;
            } catch (GeneralSecurityException | IOException failed) {
                throw new IllegalStateException(failed);
            }
        }

        String chainText() {
            StringBuilder text = new StringBuilder("a line that is no PEM\n");
            chain().forEach(one -> text.append(text("CERTIFICATE", encoded(one))));
            return text.toString();
        }

        String keyText() {
            return text("PRIVATE KEY", key().getEncoded());
        }

        Path chain(Path file) {
            return write(file, chainText());
        }

        Path key(Path file) {
            return write(file, keyText());
        }
    }

    static byte[] encoded(Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException failed) {
            throw new IllegalStateException(failed);
        }
    }

    static String text(String label, byte[] content) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + label
                + "-----\n";
    }

    static Path write(Path file, String text) {
        try {
            return Files.writeString(file, text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
