package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.ShownSetting;
import org.copilotframework.server.http.HttpSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file {@code .env.example} names what there is, says its defaults, and holds no secret that works. */
class EnvExampleTest {
    private static final Pattern VARIABLE = Pattern.compile("# ([A-Z][A-Z0-9_]*)=(.*)");
    private static final Pattern ROW =
            Pattern.compile("\\| `(copilot\\.[a-z0-9.-]+)` \\| `([A-Z0-9_]+)` \\| (.*?) \\|.*");
    private static final Pattern SHORT = Pattern.compile("`([A-Z_]+)` of the environment, else (?:none|`(.*)`)");

    /** What the program sets where an application would have another default, and what the example says of secrets. */
    private static final Set<String> OTHERS =
            Set.of("DATABASE_URL", "STORAGE_BUCKET", "COPILOT_SECURITY_AUTHENTICATORS");

    private static final Map<String, String> SECRETS = Map.of(
            "API_KEY", "copilot.security.apikey.key",
            "SECRET_KEY", "copilot.encryption.local.secret-key",
            "SECRET_KEY_PREVIOUS", "copilot.encryption.local.secret-key-previous");

    /** What an operator needs to let others in: certificates, proxies, and whose plugins are loaded. */
    private static final Pattern OPERATORS = Pattern.compile(
            "copilot\\.(http\\.(tls|trusted-proxies|proxy-headers|hsts|cors-origins)|security\\.certificate"
                    + "|plugins\\.truststore)(\\..*)?");

    @TempDir
    Path folder;

    private static Path root() {
        Path above = Path.of("").toAbsolutePath();
        while (!Files.exists(above.resolve("copilot-bom"))) {
            above = above.getParent();
        }
        return above;
    }

    private static Map<String, String> example() throws IOException {
        Map<String, String> variables = new LinkedHashMap<>();
        String before = "";
        for (String line : Files.readAllLines(root().resolve(".env.example"))) {
            Matcher variable = VARIABLE.matcher(line);
            if (variable.matches()) {
                assertThat(before).as("a comment above " + line).startsWith("# ");
                variables.put(variable.group(1), variable.group(2));
            } else {
                assertThat(line).as("nothing is set by it as it is").matches("(# .*)?");
            }
            before = line;
        }
        return variables;
    }

    @Test
    void itNamesEachShortVariableAndNoneThatNobodyReads() throws IOException {
        Map<String, String> defaults = new TreeMap<>();
        Set<String> shorts = new TreeSet<>();
        Set<String> needed = new TreeSet<>();
        for (String line : Files.readAllLines(root().resolve("docs/reference/settings.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Matcher reference = SHORT.matcher(row.group(3));
                if (reference.matches()) {
                    shorts.add(reference.group(1));
                    defaults.put(reference.group(1), reference.group(2) == null ? "" : reference.group(2));
                }
                String fallback = row.group(3);
                defaults.put(row.group(2), fallback.equals("none") ? "" : fallback.replace("`", ""));
                if (OPERATORS.matcher(row.group(1)).matches()) {
                    needed.add(row.group(2));
                }
            }
        }
        assertThat(shorts).hasSizeGreaterThan(8);
        Map<String, String> example = example();
        assertThat(example.keySet()).containsAll(shorts).containsAll(needed);
        assertThat(needed).hasSizeGreaterThan(12);
        assertThat(defaults.keySet()).containsAll(example.keySet());
        example.forEach((name, value) -> {
            if (!OTHERS.contains(name) && !SECRETS.containsKey(name)) {
                assertThat(value).as(name).isEqualTo(defaults.get(name));
            }
        });
    }

    /** With all of it set, but for the secrets, the same holds as without. */
    @Test
    void whatItSaysIsWhatHoldsAnyway() throws Exception {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, String> one : example().entrySet()) {
            if (!SECRETS.containsKey(one.getKey())) {
                lines.add(one.getKey() + "=" + one.getValue());
            }
        }
        assertThat(shown(lines)).isEqualTo(shown(List.of()));
    }

    private Map<String, String> shown(List<String> lines) throws Exception {
        Path place = Files.createDirectory(folder.resolve("place" + lines.size()));
        Files.write(place.resolve(".env"), lines);
        Map<String, String> shown = new TreeMap<>();
        String said = Running.said(place, Map.of(), "config", "show", "--json");
        for (Object one : (List<?>) new Outcome(0, said, "").json("/settings")) {
            Map<?, ?> setting = (Map<?, ?>) one;
            shown.put(String.valueOf(setting.get("key")), String.valueOf(setting.get("value")));
        }
        assertThat(shown).containsEntry("copilot.http.port", "8080");
        // Both say the same; one says it without that anybody has.
        shown.remove("copilot.security.authenticators");
        shown.remove("copilot.blobs.bucket");
        shown.keySet().removeIf(key -> key.startsWith("COPILOT_SECURITY_CERTIFICATE_"));
        return shown;
    }

    @Test
    void itsSecretsAreRefusedWhereOthersAreServed() throws IOException {
        Map<String, String> example = example();
        for (Map.Entry<String, String> one : SECRETS.entrySet()) {
            List<String> wrong = Orchestrator.builder()
                    .home(folder)
                    .setting("copilot.environment", "prod")
                    .setting("copilot.plugins.trust", "digest")
                    // The word is refused, and not the length alone.
                    .setting(one.getValue(), example.get(one.getKey()) + "-k5Zz1vQ0nY8m3Rb7Xc2Wd9Lf4Hg6Jt0P")
                    .checkSettings("http", HttpSettings.class, HttpSettings::reach);
            assertThat(wrong).anyMatch(line -> line.contains("(in the environment " + one.getKey() + ")"));
        }
        assertThat(Orchestrator.builder().home(folder).showSettings("http", HttpSettings.class))
                .extracting(ShownSetting::key)
                .allMatch(key -> key.toLowerCase(Locale.ROOT).startsWith("copilot"));
    }

    @Test
    void copiedAsItIsTheServerStarts() throws Exception {
        Files.copy(root().resolve(".env.example"), folder.resolve(".env"));
        try (Running server = Running.run(folder, Map.of(), "run", "--port", "0")) {
            server.awaitText("Running.");
            assertThat(server.end()).isZero();
        }
    }
}
