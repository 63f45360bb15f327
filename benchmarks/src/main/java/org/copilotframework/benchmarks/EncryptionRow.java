package org.copilotframework.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;

/**
 * What encryption at rest costs beside none and beside the cipher alone: a turn of 1 kB, and a file of 100 MB; then 1 GiB. In a JVM
 * with 64 MiB of heap.
 */
final class EncryptionRow {
    private static final int KILOBYTE = 1_000;
    private static final int MEGABYTES = 100;
    private static final int GIBIBYTE_IN_MB = 1_074;
    private static final byte[] PIECE = new byte[1_000_000];
    private static final Map<String, String> ON = Map.of(
            "copilot.encryption.provider", "aead",
            "copilot.encryption.local.secret-key", "a secret of the benchmark, and of nothing else");

    private EncryptionRow() {}

    /** Writes or reads a file, and says how long that took. */
    @AgentInfo(name = "files")
    static final class Filing implements Agent {
        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) throws IOException {
            String[] words = request.text().split(" ");
            int megabytes = Integer.parseInt(words[1]);
            long start = System.nanoTime();
            if (words[0].equals("up")) {
                context.blobs().write("file", out -> {
                    for (int i = 0; i < megabytes; i++) {
                        out.write(PIECE);
                    }
                });
            } else {
                long read = 0;
                byte[] buffer = new byte[1 << 16];
                try (InputStream in = context.blobs().read("file").orElseThrow()) {
                    for (int some = in.read(buffer); some >= 0; some = in.read(buffer)) {
                        read += some;
                    }
                }
                if (read != megabytes * 1_000_000L) {
                    throw new IOException("read " + read + " bytes");
                }
            }
            return AgentReply.text(Double.toString((System.nanoTime() - start) / 1e9));
        }
    }

    public static void main(String[] args) throws Exception {
        System.out.println("heap at most " + (Runtime.getRuntime().maxMemory() >> 20) + " MiB; medians of "
                + Contest.ROUNDS + " rounds (least to most)");
        for (String name : Backend.asked(List.of("memory", "sqlite"))) {
            turns(name);
        }
        files();
        System.exit(0);
    }

    /** Commits and reads of a turn of 1 kB, by one thread. */
    private static void turns(String name) throws Exception {
        int each = name.equals("memory") ? 20_000 : 1_000;
        try (Backend plainly = Backend.start(name);
                Backend encrypted = Backend.start(name);
                Storage plain = opened(plainly, Map.of());
                Storage sealed = opened(encrypted, ON)) {
            Contest contest = new Contest()
                    .way("none", () -> micros(plain, each))
                    .way("encrypted", () -> micros(sealed, each))
                    .way("cipher", () -> cipherMicros(each))
                    .run();
            print("a turn of 1 kB committed and read, " + name, "us", contest, "%.1f");
        }
    }

    private static Storage opened(Backend backend, Map<String, String> more) throws IOException {
        OrchestratorBuilder builder = backend.builder();
        more.forEach(builder::setting);
        Storage storage = builder.openStorage();
        storage.migrate();
        return storage;
    }

    private static double micros(Storage storage, int each) {
        SessionId session = new SessionId("s" + System.nanoTime());
        Payload content = Payload.of(new byte[KILOBYTE]);
        long start = System.nanoTime();
        for (long version = 1; version <= each; version++) {
            StoredTurn turn =
                    new StoredTurn(Activations.newRun() + "/1", version, Instant.now(), Activations.AGENT, content);
            storage.commit(Commit.in(Activations.TENANT)
                    .session(new SessionChange(session, turn, Map.of(), 1_000))
                    .build());
            storage.sessions().turns(Activations.TENANT, session, version, 1, Long.MAX_VALUE);
        }
        double micros = (System.nanoTime() - start) / 1e3 / each;
        storage.sessions().delete(Activations.TENANT, session);
        return micros;
    }

    /** AES-256-GCM of the JDK, there and back. */
    private static double cipherMicros(int each) throws GeneralSecurityException {
        byte[] content = new byte[KILOBYTE];
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        long start = System.nanoTime();
        for (int i = 0; i < each; i++) {
            byte[] sealed = sealed(cipher, Cipher.ENCRYPT_MODE, content, content.length, i);
            sealed(cipher, Cipher.DECRYPT_MODE, sealed, sealed.length, i);
        }
        return (System.nanoTime() - start) / 1e3 / each;
    }

    private static byte[] sealed(Cipher cipher, int mode, byte[] content, int length, int number)
            throws GeneralSecurityException {
        byte[] nonce = new byte[12];
        nonce[0] = (byte) number;
        nonce[1] = (byte) (number >> 8);
        nonce[2] = (byte) (number >> 16);
        cipher.init(mode, new SecretKeySpec(new byte[32], "AES"), new GCMParameterSpec(128, nonce));
        return cipher.doFinal(content, 0, length);
    }

    private static void files() throws Exception {
        Path folder = Files.createTempDirectory("copilot-benchmark-");
        try (Orchestrator plain = started(folder.resolve("plain"), Map.of());
                Orchestrator sealed = started(folder.resolve("sealed"), ON)) {
            for (String way : new String[] {"up", "down"}) {
                Contest contest = new Contest()
                        .way("none", () -> ask(plain, way, MEGABYTES))
                        .way("encrypted", () -> ask(sealed, way, MEGABYTES))
                        .way("cipher", () -> cipherSeconds(way))
                        .run();
                print("a file of 100 MB, " + way, "s", contest, "%.2f");
            }
            for (String way : new String[] {"up", "down"}) {
                double seconds = ask(sealed, way, GIBIBYTE_IN_MB);
                System.out.printf(
                        Locale.ROOT,
                        "1 GiB encrypted, %-5s %.1f s, %.0f MB/s%n",
                        way,
                        seconds,
                        GIBIBYTE_IN_MB / seconds);
            }
        } finally {
            PluginArchives.delete(folder);
        }
    }

    private static Orchestrator started(Path home, Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>(settings);
        all.put("copilot.storage.url", "sqlite:" + home.resolve("store.db"));
        all.put("copilot.invoke.timeout", "30m");
        OrchestratorBuilder builder = Orchestrator.builder().home(home).agent(new Filing());
        all.forEach(builder::setting);
        return builder.start();
    }

    private static double ask(Orchestrator copilot, String way, int megabytes) {
        return Double.parseDouble(copilot.forCaller(Caller.of(Activations.TENANT.value(), "alice"))
                .invoke(AgentRequest.to("files")
                        .text(way + " " + megabytes)
                        .timeout(Duration.ofMinutes(30))
                        .build())
                .text());
    }

    /** The same bytes in segments of 64 KiB, there or back. */
    private static double cipherSeconds(String way) throws GeneralSecurityException {
        byte[] segment = new byte[1 << 16];
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        byte[] stored = sealed(cipher, Cipher.ENCRYPT_MODE, segment, segment.length, 0);
        int segments = MEGABYTES * 1_000_000 / segment.length;
        long start = System.nanoTime();
        for (int i = 1; i <= segments; i++) {
            if (way.equals("up")) {
                sealed(cipher, Cipher.ENCRYPT_MODE, segment, segment.length, i);
            } else {
                sealed(cipher, Cipher.DECRYPT_MODE, stored, stored.length, 0);
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private static void print(String what, String unit, Contest contest, String format) {
        System.out.printf(
                Locale.ROOT,
                "%-48s %s: none %s, encrypted %s, the cipher alone %s; ratio %.2f%n",
                what,
                unit,
                contest.of("none").show(format),
                contest.of("encrypted").show(format),
                contest.of("cipher").show(format),
                contest.median("encrypted") / contest.median("none"));
    }
}
