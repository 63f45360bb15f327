package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.Orchestrator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The procedures of encryption, as a person follows them on the command line. */
class EncryptedStoreTest {
    private static final String SECRET = "a secret of the test, long enough: 1";
    private static final String NEXT = "a secret of the test, long enough: 2";
    private static final String CANARY = "canary-5d1e";

    @TempDir
    Path folder;

    private Path home;
    private final Cli cli = new Cli();

    @BeforeEach
    void launch() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
        cli.properties.put(
                "copilot.launcher.plugins", new PluginJar(folder).recalling().toString());
    }

    @Test
    void aSecretIsChangedOnTheCommandLine() throws IOException {
        settings(SECRET, null);
        run("ask", "recall", CANARY, "--session", "s1");
        assertThat(run("ask", "recall", "two", "--session", "s1").out()).contains(CANARY);

        settings(NEXT, null);
        Outcome wrong = cli.run(with("ask", "recall", "three", "--session", "s1"));
        assertThat(wrong.status()).isEqualTo(2);
        assertThat(wrong.err()).contains("SECRET_KEY").doesNotContain(SECRET).doesNotContain(NEXT);

        settings(NEXT, SECRET);
        assertThat(run("store", "rewrap").out()).contains("keys are wrapped by local:");
        assertThat(run("store", "rewrap", "--json").out()).contains("\"rewrapped\":0");
        settings(NEXT, null);
        assertThat(run("ask", "recall", "three", "--session", "s1").out()).contains(CANARY);
        assertThat(run("agents").out()).contains("recall");
        nothingIsPlain(home);

        run("tenants", "erase", "local", "--yes");
        assertThat(run("sessions", "list").out()).doesNotContain("s1");
    }

    @Test
    void aPlainStoreIsCopiedIntoAnEncryptedOneAndBack() throws IOException {
        run("ask", "recall", CANARY, "--session", "s1");
        settings(SECRET, null);
        Outcome refused = cli.run(with("ask", "recall", "two", "--session", "s1"));
        assertThat(refused.status()).isEqualTo(6);
        assertThat(refused.err()).contains("copilot store copy --from-plain");

        String plain = "sqlite:" + home.resolve("copilot.db");
        Path encrypted = folder.resolve("encrypted.db");
        run("store", "copy", "--from", plain, "--from-plain", "--to", "sqlite:" + encrypted);
        nothingIsPlain(encrypted);
        settings(SECRET, null, "copilot.storage.url=sqlite:" + encrypted);
        assertThat(run("ask", "recall", "two", "--session", "s1").out()).contains(CANARY);

        Path back = folder.resolve("back.db");
        run("store", "copy", "--from", "sqlite:" + encrypted, "--to", "sqlite:" + back, "--to-plain");
        Files.writeString(home.resolve("copilot.properties"), "copilot.storage.url=sqlite:" + back + "\n");
        assertThat(run("sessions", "show", "s1").out()).contains(CANARY);
    }

    @Test
    void aCopyTellsHowManyNumbersStayPlain() throws IOException {
        cli.environment.put("COLUMNS", "200");
        run("migrate");
        String plain = "sqlite:" + home.resolve("copilot.db");
        try (Storage store = Orchestrator.builder()
                .home(home)
                .setting("copilot.storage.url", plain)
                .openStorage()) {
            TenantId tenant = Caller.local().tenant();
            store.values().add(tenant, "count", 1, null);
            Payload text = Payload.of(CANARY.getBytes(UTF_8));
            store.values().compareAndSet(tenant, ValueChange.insert("text", text, null));
            Payload digits = Payload.of("48213377".getBytes(UTF_8));
            store.values().compareAndSet(tenant, ValueChange.insert("digits", digits, null));
        }
        settings(SECRET, null);

        for (int i = 0; i < 2; i++) {
            assertThat(run("store", "copy", "--from", plain, "--from-plain", "--to", "sqlite:" + folder.resolve("e.db"))
                            .out())
                    .contains("3 values", "Not encrypted", ": 1 values, all of them numbers.");
        }
        assertThat(run(
                                "store",
                                "copy",
                                "--from",
                                plain,
                                "--from-plain",
                                "--to",
                                "sqlite:" + folder.resolve("f.db"),
                                "--json")
                        .json("/counters"))
                .isEqualTo(1L);
    }

    private void settings(String secret, @Nullable String previous, String... more) throws IOException {
        List<String> lines = new ArrayList<>(
                List.of("copilot.encryption.provider=aead", "copilot.encryption.local.secret-key=" + secret));
        if (previous != null) {
            lines.add("copilot.encryption.local.secret-key-previous=" + previous);
        }
        lines.addAll(List.of(more));
        Files.write(home.resolve("copilot.properties"), lines);
    }

    private Outcome run(String... args) {
        Outcome outcome = cli.run(with(args));
        assertThat(outcome.status())
                .as("%s: %s", String.join(" ", args), outcome.err())
                .isZero();
        return outcome;
    }

    private String[] with(String... args) {
        return Stream.concat(Arrays.stream(args), Stream.of("--home", home.toString()))
                .toArray(String[]::new);
    }

    private static void nothingIsPlain(Path place) throws IOException {
        try (Stream<Path> files = Files.walk(place)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file, ISO_8859_1)).as("%s", file).doesNotContain(CANARY);
            }
        }
    }
}
