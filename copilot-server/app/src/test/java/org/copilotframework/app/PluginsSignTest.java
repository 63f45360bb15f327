package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginsSignTest {
    private static final String VARIABLE = "COPILOT_KEYSTORE_PASSWORD";
    private static final String PASSWORD = "keep-quiet";

    /** Holds the keys "acme" and "other", whose certificates sign themselves, and "old", which has expired. */
    @TempDir
    static Path keys;

    private static Path keystore;
    private static Path truststore;

    @TempDir
    Path folder;

    private final Cli cli = new Cli();

    @BeforeAll
    static void makeKeys() throws Exception {
        keystore = keys.resolve("keys.p12");
        truststore = keys.resolve("trust.p12");
        for (String name : List.of("acme", "other", "old")) {
            keytool(
                    keystore,
                    "-genkeypair",
                    "-keyalg",
                    "EC",
                    "-alias",
                    name,
                    "-dname",
                    "CN=" + name + ", O=Acme",
                    "-startdate",
                    name.equals("old") ? "-30d" : "-1d",
                    "-validity",
                    name.equals("old") ? "7" : "90");
        }
        keytool(keys.resolve("one.p12"), "-genkeypair", "-keyalg", "EC", "-alias", "plugin key", "-dname", "CN=one");
        String certificate = keys.resolve("acme.cer").toString();
        keytool(keystore, "-exportcert", "-alias", "acme", "-file", certificate);
        keytool(truststore, "-importcert", "-noprompt", "-alias", "acme", "-file", certificate);
    }

    private static void keytool(Path store, String... args) throws Exception {
        Keytool.run(store, PASSWORD, args);
    }

    @BeforeEach
    void knowThePassword() {
        cli.environment.put(VARIABLE, PASSWORD);
    }

    private Outcome run(String... args) {
        return cli.run(Stream.concat(
                        Stream.of(args),
                        Stream.of("--home", folder.resolve("home").toString()))
                .toArray(String[]::new));
    }

    private Outcome sign(Path file, String... more) {
        return run(Stream.concat(
                        Stream.of("plugins", "sign", file.toString(), "--keystore", keystore.toString()),
                        Stream.of(more))
                .toArray(String[]::new));
    }

    private Path jar() {
        return new PluginJar(folder).greeter("1.0.0", "Hello");
    }

    private void askForSignatures() throws IOException {
        Files.writeString(
                Files.createDirectories(folder.resolve("home")).resolve("copilot.properties"),
                "copilot.plugins.trust=signed\ncopilot.plugins.truststore.path="
                        + truststore.toString().replace('\\', '/') + "\ncopilot.plugins.truststore.password=" + PASSWORD
                        + "\n");
    }

    @Test
    void aSignedArchiveIsInstalledWhereSignaturesAreAskedForAndOthersAreNot() throws Exception {
        askForSignatures();
        Path jar = jar();
        assertThat(run("plugins", "install", jar.toString()).err())
                .contains("it is not signed", "copilot plugins sign");

        Outcome signed = sign(jar, "--alias", "acme");
        assertThat(signed.status()).as(signed.err()).isZero();
        assertThat(signed.out())
                .contains("signed   " + jar, "sha-256  ", "signer   CN=acme,O=Acme", "until the certificate expires");
        Outcome verified = run("plugins", "verify", jar.toString());
        assertThat(verified.out()).contains("signer   CN=acme,O=Acme, trusted", "It can be installed.");
        assertThat(run("plugins", "install", jar.toString()).status()).isZero();
        assertThat(run("ask", "greet", "you").out()).isEqualTo("Hello, you!\n");

        Path foreign = new PluginJar(folder).greeter("1.1.0", "Ahoy");
        assertThat(sign(foreign, "--alias", "other").status()).isZero();
        Outcome refused = run("plugins", "verify", foreign.toString());
        assertThat(refused.status()).isEqualTo(2);
        assertThat(refused.err()).contains("CN=other", "who is not in");
    }

    @Test
    void whatCameWithTheProgramNeedsASignatureToo() throws Exception {
        askForSignatures();
        Path jar = jar();
        cli.properties.put("copilot.launcher.plugins", jar.toString());
        assertThat(run("agents").err().replace("\n", " "))
                .contains("a plugin that came with the program is not loaded: ", "it is not signed", "plugins sign");

        assertThat(sign(jar, "--alias", "acme").status()).isZero();
        assertThat(run("ask", "greet", "you").out()).isEqualTo("Hello, you!\n");
    }

    @Test
    void whatWasSignedIsAnObjectForAProgram() {
        Path jar = jar();
        Path out = folder.resolve("signed.jar");

        Map<String, Object> signed =
                sign(jar, "--alias", "acme", "--out", out.toString(), "--json").json();
        Outcome verified = run("plugins", "verify", out.toString(), "--json");
        assertThat(signed)
                .containsEntry("file", out.toString())
                .containsEntry("digest", verified.json("/digest"))
                .containsEntry("signer", "CN=acme,O=Acme")
                .containsEntry("certificate", verified.json("/signers/0/certificate"))
                .containsEntry("expires", verified.json("/signers/0/expires"))
                .containsEntry("stamped", false);
        assertThat(verified.json("/signers/0/name")).isEqualTo("CN=acme,O=Acme");
        assertThat(verified.json("/signers/0/trusted")).isEqualTo(false);
        assertThat(run("plugins", "verify", jar.toString(), "--json").json("/signers"))
                .isEqualTo(List.of());
        assertThat(folder.toFile().list()).noneMatch(name -> name.endsWith(".signing"));
    }

    @Test
    void theOnlyKeyNeedsNoName() {
        Outcome outcome = run(
                "plugins",
                "sign",
                jar().toString(),
                "--keystore",
                keys.resolve("one.p12").toString());
        assertThat(outcome.out()).contains("signer   CN=one");
    }

    @Test
    void aDigestBesideTheArchiveNoLongerFits() throws Exception {
        Path jar = jar();
        Files.writeString(folder.resolve(jar.getFileName() + ".sha256"), "0".repeat(64));
        assertThat(sign(jar, "--alias", "acme").err()).contains("warning: ", ".sha256 is that of other bytes");
    }

    @Test
    void whatIsMissingOrWrongIsNamed() throws Exception {
        Path jar = jar();
        assertRefused(sign(jar), "--alias: there are several keys in ", "name one of ", "acme");
        assertRefused(sign(jar, "--alias", "nobody"), "--alias: 'nobody' is no key in ");
        assertRefused(sign(jar, "--alias", "old"), "the certificate of 'old' expired on ");
        assertRefused(
                run("plugins", "sign", jar.toString(), "--keystore", truststore.toString()),
                "holds no key to sign with");
        assertRefused(
                run(
                        "plugins",
                        "sign",
                        jar.toString(),
                        "--keystore",
                        folder.resolve("none").toString()),
                "--keystore: there is no file");
        assertRefused(run("plugins", "sign", jar.toString(), "--keystore", jar.toString()), "--keystore: ");
        assertRefused(sign(folder.resolve("none.jar"), "--alias", "acme"), "there is no file", "none.jar");
        Path text = Files.writeString(folder.resolve("text.jar"), "no archive");
        assertRefused(sign(text, "--alias", "acme"), "is no archive");
        assertThat(text).hasContent("no archive");
        assertRefused(sign(jar, "--alias", "acme", "--password-env", "NOWHERE"), "NOWHERE is not set");
        cli.environment.put(VARIABLE, "wrong");
        assertRefused(sign(jar, "--alias", "acme"), "the password does not open ");
    }

    @Test
    void anAuthorityOfTimesThatDoesNotAnswerLeavesTheArchiveAsItWas() throws Exception {
        Path jar = jar();
        byte[] before = Files.readAllBytes(jar);
        assertRefused(
                sign(jar, "--alias", "acme", "--tsa", "http://127.0.0.1:1/"),
                "nobody saw the signature",
                "--tsa names an authority");
        assertThat(jar).hasBinaryContent(before);
        assertThat(folder.toFile().list()).noneMatch(name -> name.endsWith(".signing"));
    }

    @Test
    void aJavaWithoutTheToolSaysSo() throws Exception {
        Path said = folder.resolve("said.txt");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--limit-modules",
                        "java.se",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "plugins",
                        "sign",
                        jar().toString(),
                        "--keystore",
                        keystore.toString(),
                        "--alias",
                        "acme")
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put(VARIABLE, PASSWORD);
        assertThat(builder.start().waitFor()).as(Files.readString(said)).isEqualTo(2);
        assertThat(said).content().contains("no tool to sign with (module jdk.jartool)", "run the command with a JDK");
    }

    private static void assertRefused(Outcome outcome, String... words) {
        assertThat(outcome.status()).isEqualTo(2);
        // Lines are as wide as the terminal.
        assertThat(outcome.err().replace("\n", " "))
                .startsWith("error: ")
                .contains(words)
                .doesNotContain(PASSWORD);
    }
}
