package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.copilotframework.core.json.JsonText;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {
    private static final String CANARY = "c4n4ryQ8vXz";
    private static final String GOOD = "k5Zz1vQ0nY8m3Rb7Xc2Wd9Lf4Hg6Jt0P";

    @TempDir
    Path folder;

    private Path home;
    private final Cli cli = new Cli();

    @BeforeEach
    void begin() throws IOException {
        home = Files.createDirectory(folder.resolve("home"));
    }

    private void settings(String... lines) throws IOException {
        Files.write(home.resolve("copilot.properties"), List.of(lines));
    }

    private Outcome check(String... more) {
        return cli.run(Stream.concat(Stream.of("config", "check", "--home", home.toString()), Stream.of(more))
                .toArray(String[]::new));
    }

    /** One wrong value of each kind, in a line of its own. */
    private static final Map<String, String> WRONG = Map.ofEntries(
            Map.entry("copilot.invoke.timeout=soon", "copilot.invoke.timeout = 'soon'"),
            Map.entry("copilot.invoke.queue=-1", "at least 0 is expected"),
            Map.entry("copilot.invoke.tiemout=3s", "copilot.invoke.tiemout (from "),
            Map.entry("copilot.plugins.limits.archive-bytes=9GiB", "lower the one or raise the other"),
            Map.entry("copilot.plugins.dir=nowhere", "copilot.plugins.dir: there is no folder"),
            Map.entry("copilot.sessions.max-idle=${NOBODY_SETS_THIS}", "copilot.sessions.max-idle refers to a value"),
            Map.entry("copilot.node.name=${secret:nobody-has-this}", "refers to the secret 'nobody-has-this'"),
            Map.entry("copilot.storage.url=nowhere://" + CANARY, "no storage provider"),
            Map.entry("copilot.blobs.provider=tape", "no provider of files"),
            Map.entry("copilot.encryption.provider=rot13", "'rot13'"),
            Map.entry("copilot.security.authenticators=badges", "is named 'badges'"),
            Map.entry("copilot.security.roles.operator=role:other", "copilot.security.roles.operator = "),
            Map.entry("copilot.http.calls=many", "copilot.http.calls = 'many'"),
            Map.entry("copilot.http.prot=80", "did you mean copilot.http.port?"),
            Map.entry("copilot.security.apikey.key=" + CANARY, "(in the environment API_KEY) is shorter than 32"),
            Map.entry("copilot.log-level=debug", "copilot.log-level (in the environment LOG_LEVEL) is debug"),
            Map.entry("copilot.plugins.trust=any", "copilot.plugins.trust is any"),
            Map.entry("copilot.environment=production", "copilot.environment = 'production'"));

    @Test
    void allThatIsWrongIsToldAtOnceAndNothingIsTouched() throws IOException {
        settings(WRONG.keySet().toArray(String[]::new));

        Outcome outcome = check();

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        // Words are wrapped where they are long.
        String said = outcome.err().replaceAll("\\s+", " ");
        assertThat(WRONG.values()).allSatisfy(expected -> assertThat(said).contains(expected));
        assertThat(said).contains(WRONG.size() + " things are wrong").doesNotContain(CANARY);
        Outcome json = check("--json");
        assertThat(json.status()).isEqualTo(2);
        assertThat(String.valueOf(json.json("/error/message")).lines()).hasSize(WRONG.size() + 1);
        assertThat(json.out()).doesNotContain(CANARY);
        assertThat(homeHolds()).containsExactly("copilot.properties");
    }

    @Test
    void eachIsToldByItselfToo() throws IOException {
        for (Map.Entry<String, String> one : WRONG.entrySet()) {
            settings(
                    one.getKey(),
                    one.getKey().startsWith("copilot.environment") ? "" : "copilot.environment=prod",
                    one.getKey().startsWith("copilot.security.apikey") ? "" : "copilot.security.apikey.key=" + GOOD,
                    one.getKey().startsWith("copilot.plugins.trust") ? "" : "copilot.plugins.trust=digest");
            Outcome outcome = check();
            assertThat(outcome.status()).as(one.getKey()).isEqualTo(2);
            assertThat(outcome.err().replaceAll("\\s+", " ")).as(one.getKey()).contains(one.getValue());
            assertThat(outcome.err()).doesNotContain("things are wrong", CANARY);
        }
    }

    @Test
    void whatServesOthersIsHeldToMoreThanADevelopersMachine() throws IOException {
        settings();
        Outcome here = check();
        assertThat(here.err()).isEmpty();
        assertThat(here.status()).isZero();
        assertThat(here.out()).contains("Nothing is wrong");
        assertThat(check("--json").json()).containsEntry("checked", true);
        assertThat(check("--host", "0.0.0.0").err().replaceAll("\\s+", " "))
                .contains("nobody is asked who he is", "copilot.plugins.trust is any");
        settings("copilot.environment=prod", "copilot.plugins.trust=digest", "copilot.security.apikey.key=" + GOOD);
        assertThat(check("--host", "0.0.0.0").err()).contains("copilot.http.tls.certificate");
        settings(
                "copilot.environment=prod",
                "copilot.plugins.trust=digest",
                "copilot.security.apikey.key=" + GOOD,
                "copilot.http.trusted-proxies=192.0.2.1");
        Outcome there = check("--host", "0.0.0.0");
        assertThat(there.status()).as(there.err()).isZero();
        assertThat(homeHolds()).containsExactly("copilot.properties");
    }

    private List<String> homeHolds() throws IOException {
        try (Stream<Path> files = Files.list(home)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** In a process of its own, because of its environment and its working directory. */
    @Test
    void settingsAreShownWithWhereTheyComeFromAndWithoutSecrets() throws Exception {
        settings(
                "copilot.invoke.timeout=7s",
                "copilot.plugin.docs.max-files=12",
                "copilot.plugin.docs.hint=say " + CANARY,
                "copilot.plugin.docs.word=hunter",
                "copilot.plugin.docs.key=${secret:docs}",
                "copilot.plugin.docs.both=hunter${secret:docs}",
                "copilot.blobs.bucket=${API_KEY}",
                "copilot.security.roles.operator=plugins:write");
        Files.write(
                folder.resolve(".env"),
                List.of("HTTP_PORT=9090", "SECRET_KEY=" + CANARY + "-in-a-file", "COPILOT_INVOKE_QUEUE=5"));
        Map<String, String> environment = Map.of(
                "API_KEY", CANARY + "-in-the-environment",
                "DATABASE_URL", "postgresql://me:" + CANARY + "@db/x",
                "COPILOT_HTTP_CALLS", "77",
                "COPILOT_PLUGIN_DOCS_TOPIC", "about " + CANARY,
                "APP_ENV", "staging");

        String said = Running.said(folder, environment, "config", "show", "--json", "--home", home.toString());
        assertThat(said).doesNotContain(CANARY);
        Map<String, Map<?, ?>> shown = new HashMap<>();
        for (Object one : (List<?>) JsonText.parse(said).map().get("settings")) {
            Map<?, ?> setting = (Map<?, ?>) one;
            shown.put(String.valueOf(setting.get("key")), setting);
        }
        assertThat(shown.values().stream()
                        .map(one -> one.get("key") + "|" + one.get("value") + "|" + one.get("source"))
                        .collect(Collectors.toSet()))
                .contains(
                        "copilot.invoke.timeout|7s|" + home.resolve("copilot.properties"),
                        "copilot.invoke.queue|5|.env (COPILOT_INVOKE_QUEUE)",
                        "copilot.invoke.max-timeout|1h|the default",
                        "copilot.http.port|9090|.env (HTTP_PORT)",
                        "copilot.http.calls|77|the environment (COPILOT_HTTP_CALLS)",
                        "copilot.http.streams|10000|the default",
                        "copilot.environment|staging|the environment (APP_ENV)",
                        "copilot.home|" + home + "|the application",
                        "copilot.plugin.docs.max-files|12|" + home.resolve("copilot.properties"),
                        "copilot.security.roles.operator|plugins:write|" + home.resolve("copilot.properties"),
                        "copilot.storage.url|(set)|the environment (DATABASE_URL)",
                        "copilot.security.apikey.key|(set)|the environment (API_KEY)",
                        "copilot.security.jwt.secret|(set)|.env (SECRET_KEY)",
                        "copilot.blobs.bucket|(set)|" + home.resolve("copilot.properties"),
                        "copilot.plugin.docs.hint|(set)|" + home.resolve("copilot.properties"),
                        "copilot.plugin.docs.word|(set)|" + home.resolve("copilot.properties"),
                        "copilot.plugin.docs.key|${secret:docs}|" + home.resolve("copilot.properties"),
                        "copilot.plugin.docs.both|(set)|" + home.resolve("copilot.properties"),
                        "COPILOT_PLUGIN_DOCS_TOPIC|(set)|the environment (COPILOT_PLUGIN_DOCS_TOPIC)");
        assertThat(shown.get("copilot.storage.url").get("hidden")).isEqualTo(true);
        assertThat(shown).doesNotContainKey("copilot.plugins.dir");
    }
}
