package org.copilotframework.core.settings;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a module that the program carries, as its record says them: keys and defaults as they are read, and the sentence that
 * stands in {@code @Doc}, or else in the comment above the record.
 */
final class RecordRows {
    /**
     * The record of each module, below the prefix that it is read from.
     *
     * @param prefix such as {@code copilot.http.}
     * @param module where the module lies in this repository
     * @param type the record's name
     */
    record Source(String prefix, String module, String type) {
        Class<?> load() throws ClassNotFoundException {
            return Class.forName(type);
        }
    }

    static final List<Source> ALL = List.of(
            new Source("copilot.http.", "copilot-server/http", "org.copilotframework.server.http.HttpSettings"),
            new Source(
                    "copilot.storage.jdbc.", "copilot-storage/jdbc", "org.copilotframework.storage.jdbc.JdbcSettings"),
            new Source(
                    "copilot.encryption.aead.",
                    "copilot-security/encryption",
                    "org.copilotframework.security.encryption.AeadSettings"),
            new Source(
                    "copilot.encryption.local.",
                    "copilot-security/encryption",
                    "org.copilotframework.security.encryption.LocalKeySettings"),
            new Source(
                    "copilot.security.apikey.",
                    "copilot-security/apikey",
                    "org.copilotframework.security.apikey.ApiKeySettings"),
            new Source(
                    "copilot.security.jwt.", "copilot-security/jwt", "org.copilotframework.security.jwt.JwtSettings"),
            new Source(
                    "copilot.security.certificate.",
                    "copilot-security/certificate",
                    "org.copilotframework.security.certificate.CertificateSettings"),
            new Source(
                    "copilot.secrets.file.",
                    "copilot-core",
                    "org.copilotframework.core.secret.FileSecretsProvider$Settings"));

    private static final Pattern PARAM =
            Pattern.compile("@param (\\w+) ((?:(?! @(?:param|throws|return) ).)*)", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("\\{@(?:code|link|linkplain) ([^}]*)}");

    private final Path root;

    RecordRows(Path root) {
        this.root = root;
    }

    /**
     * A line of the reference.
     *
     * @param fallback what stands where nothing is set; null for nothing
     */
    record Row(String key, @Nullable String fallback, String meaning) {}

    /** The rows of all modules, by their keys. */
    Map<String, Row> all() throws ClassNotFoundException, IOException {
        Map<String, Row> rows = new TreeMap<>();
        for (Source source : ALL) {
            add(source.prefix(), source.module(), source.load(), rows);
        }
        return rows;
    }

    private void add(String prefix, String module, Class<?> type, Map<String, Row> rows) throws IOException {
        Map<String, String> comments = comments(module, type);
        for (RecordComponent component : type.getRecordComponents()) {
            String key = prefix + RecordSettings.dashed(component.getName());
            if (component.getType().isRecord()) {
                add(key + ".", module, component.getType(), rows);
                continue;
            }
            Default fallback = component.getAnnotation(Default.class);
            Doc doc = component.getAnnotation(Doc.class);
            String said = doc == null ? comments.getOrDefault(component.getName(), "") : doc.value();
            boolean nothing = fallback == null || fallback.value().isEmpty();
            rows.put(key, new Row(key, nothing ? null : fallback.value(), sentence(said) + words(component.getType())));
        }
    }

    /** What an enum may be, as it is written. */
    private static String words(Class<?> type) {
        return type.isEnum()
                ? " One of "
                        + Arrays.stream(type.getEnumConstants())
                                .map(one -> "`"
                                        + ((Enum<?>) one)
                                                .name()
                                                .toLowerCase(Locale.ROOT)
                                                .replace('_', '-') + "`")
                                .collect(Collectors.joining(", "))
                        + "."
                : "";
    }

    /** What the comment above a record says of each component. */
    private Map<String, String> comments(String module, Class<?> type) throws IOException {
        String outer = type.getName().replaceFirst("\\$.*", "").replace('.', '/');
        String source = Files.readString(root.resolve(module).resolve("src/main/java/" + outer + ".java"));
        Matcher record = Pattern.compile(
                        "/\\*\\*((?:(?!\\*/).)*)\\*/\\s*(?:@Doc\\([^)]*\\)\\s*)?(?:public |private )?record "
                                + type.getSimpleName() + "\\b",
                        Pattern.DOTALL)
                .matcher(source);
        Map<String, String> comments = new TreeMap<>();
        if (record.find()) {
            String text = record.group(1).replaceAll("\\s*\\n\\s*\\*\\s?", " ");
            Matcher param = PARAM.matcher(text);
            while (param.find()) {
                comments.put(param.group(1), param.group(2));
            }
        }
        return comments;
    }

    private static String sentence(String said) {
        String plain = CODE.matcher(said.strip().replaceAll("\\s+", " "))
                .replaceAll(one -> "`" + Matcher.quoteReplacement(one.group(1)) + "`");
        String begun = plain.isEmpty() ? plain : plain.substring(0, 1).toUpperCase(Locale.ROOT) + plain.substring(1);
        return (begun.endsWith(".") ? begun : begun + ".").replace("|", "\\|").replace("<", "&lt;");
    }
}
