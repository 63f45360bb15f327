package org.copilotframework.core.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The settings reference is made of {@link CoreSettings} and of the records of the modules that the program carries, so that it cannot
 * be out of date.
 */
class SettingsReferenceTest {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Z_]+):(.*)}");
    private static final String INTRODUCTION = """
        <!-- Made by SettingsReferenceTest in copilot-server/app of CoreSettings and of the modules' records; do not edit. -->
        # Settings

        Every setting has a key and a default. What comes first here wins:

        1. what the application says itself when it builds the orchestrator;
        2. system properties: `-Dcopilot.invoke.timeout=30s`;
        3. the environment: `COPILOT_INVOKE_TIMEOUT=30s`;
        4. the file `.env` in the working directory, with lines as in the environment;
        5. the file `copilot.properties` in the folder that `copilot.home` names;
        6. the file `copilot.properties` in the working directory;
        7. the default.

        A key with a profile, such as `%prod.copilot.invoke.timeout`, counts only in that environment and wins over the plain
        key of the same source. A value may refer to another: `${NAME}`, or `${NAME:what stands for it}`; and to a
        [secret](../secrets.md): `${secret:name}`.

        Durations are written `500ms`, `30s`, `5m`, `1h`, `1d` or as ISO 8601 (`PT1M30S`); sizes in bytes or with `KiB`,
        `MiB` or `GiB`; lists with commas; paths relative to the working directory. A key below `copilot.` that is not known
        is refused if the application or a `copilot.properties` says it. All problems are told at once, with the name of the
        variable that would mend each.
        """;
    private static final String PLUGINS = """

        ## copilot.plugin

        A plugin's own settings are those of its settings record: component `maxFiles` of plugin `docs` is
        `copilot.plugin.docs.max-files`, in the environment `COPILOT_PLUGIN_DOCS_MAX_FILES`. Dots and dashes of a plugin's id
        become underscores there.
        """;
    private static final String PROVIDERS = """

        ## Stores and other providers

        A provider has settings of its own below the name that chooses it, and a key that it does not know is refused. Those of
        the modules that the program carries are above; the README of each other module lists its own:

        | provider | settings below | module |
        |---|---|---|
        | SQLite, PostgreSQL | `copilot.storage.jdbc` | `copilot-storage/jdbc` |
        | Redis | `copilot.storage.redis` | `copilot-storage/redis` |
        | DynamoDB | `copilot.storage.dynamodb` | `copilot-storage/dynamodb` |
        | Amazon S3 | `copilot.blobs.s3` | `copilot-storage/s3` |
        | Google Cloud Storage | `copilot.blobs.gcs` | `copilot-storage/gcs` |
        | Azure Blob Storage | `copilot.blobs.azure` | `copilot-storage/azure` |
        | encryption at rest | `copilot.encryption.aead` | `copilot-security/encryption` |
        | AWS KMS | `copilot.encryption.kms` | `copilot-security/aws` |
        | AWS Secrets Manager | `copilot.secrets.aws` | `copilot-security/aws` |
        | API keys | `copilot.security.apikey` | `copilot-security/apikey` |
        | tokens (JWT) | `copilot.security.jwt` | `copilot-security/jwt` |
        | certificates of clients | `copilot.security.certificate` | `copilot-security/certificate` |

        ## copilot.security.roles

        What a role grants: `copilot.security.roles.operator=plugins:write,health:read`, in the environment
        `COPILOT_SECURITY_ROLES_OPERATOR`. In a variable a role's name is in lower case, with dashes. A role that is not set
        grants nothing.
        """;

    @Test
    void theReferenceIsCurrent() throws Exception {
        Path file = root().resolve("docs/reference/settings.md");
        if (Boolean.getBoolean("docs.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, reference());
        }
        assertThat(file)
                .as("refresh it with: mvn -pl copilot-server/app -am test -Dtest=SettingsReferenceTest"
                        + " -Dsurefire.failIfNoSpecifiedTests=false -Ddocs.write=true")
                .hasContent(reference());
    }

    @Test
    void everySettingIsExplainedByASentence() {
        assertThat(CoreSettings.all())
                .isNotEmpty()
                .allSatisfy(setting -> assertThat(setting.meaning()).endsWith("."));
    }

    /** Whoever adds a module to the program, or a record to a module, adds its settings here. */
    @Test
    void theRecordsOfAllModulesThatTheProgramCarriesAreThere() throws Exception {
        Set<String> known = new TreeSet<>();
        for (RecordRows.Source source : RecordRows.ALL) {
            names(source.load(), known);
        }
        for (String module : modules()) {
            try (Stream<Path> files = Files.walk(root().resolve(module).resolve("src/main/java"))) {
                for (Path file : files.filter(one -> one.toString().endsWith("Settings.java"))
                        .toList()) {
                    String name = file.getFileName().toString().replace(".java", "");
                    if (Files.readString(file).contains("record " + name + "(")) {
                        assertThat(known).as(file.toString()).contains(name);
                    }
                }
            }
        }
        assertThat(rows())
                .containsKeys("copilot.http.calls", "copilot.http.tls.client-ca", "copilot.storage.jdbc.timeout");
        assertThat(rows().values())
                .allSatisfy(row -> assertThat(row.meaning()).as(row.key()).matches("(?s)[^a-z].{8,}\\."));
    }

    private static void names(Class<?> type, Set<String> into) {
        into.add(type.getSimpleName());
        for (RecordComponent component : type.getRecordComponents()) {
            if (component.getType().isRecord()) {
                names(component.getType(), into);
            }
        }
    }

    /** As the POM of the program says. */
    private static List<String> modules() throws IOException {
        String pom = Files.readString(root().resolve("copilot-server/app/pom.xml"));
        Matcher artifact = Pattern.compile(
                        "<artifactId>copilot-(server|storage|security)-([a-z]+)</artifactId>\\s*</dependency>")
                .matcher(pom);
        List<String> modules = new ArrayList<>();
        while (artifact.find()) {
            modules.add("copilot-" + artifact.group(1) + "/" + artifact.group(2));
        }
        assertThat(modules).contains("copilot-server/http", "copilot-storage/jdbc");
        return modules;
    }

    /** Those of core win: they say from which variable theirs come, too. */
    private static Map<String, RecordRows.Row> rows() throws Exception {
        Map<String, RecordRows.Row> rows = new RecordRows(root()).all();
        for (Setting<?> setting : CoreSettings.all()) {
            rows.put(setting.key(), new RecordRows.Row(setting.key(), setting.fallback(), setting.meaning()));
        }
        return rows;
    }

    private static String reference() throws Exception {
        Map<String, List<RecordRows.Row>> groups = new TreeMap<>();
        for (RecordRows.Row row : rows().values()) {
            String group = row.key().substring(0, row.key().lastIndexOf('.'));
            groups.computeIfAbsent(group, name -> new ArrayList<>()).add(row);
        }
        StringBuilder page = new StringBuilder(INTRODUCTION);
        new LinkedHashMap<>(groups).forEach((group, settings) -> {
            page.append("\n## ").append(group).append("\n\n");
            page.append("| key | environment | default | meaning |\n|---|---|---|---|\n");
            for (RecordRows.Row setting : settings) {
                page.append("| `")
                        .append(setting.key())
                        .append("` | `")
                        .append(Problems.environment(setting.key()))
                        .append("` | ")
                        .append(fallback(setting.fallback()))
                        .append(" | ")
                        .append(setting.meaning())
                        .append(" |\n");
            }
        });
        return page.append(PLUGINS).append(PROVIDERS).toString();
    }

    private static String fallback(@Nullable String value) {
        if (value == null) {
            return "none";
        }
        Matcher reference = REFERENCE.matcher(value);
        if (!reference.matches()) {
            return "`" + value + "`";
        }
        String other = reference.group(2);
        return "`" + reference.group(1) + "` of the environment, else "
                + (other.isEmpty() ? "none" : "`" + other + "`");
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("copilot-bom"))) {
            folder = java.util.Objects.requireNonNull(folder.getParent(), "no folder above holds copilot-bom");
        }
        return folder;
    }
}
