package org.copilotframework.storage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the README tells, and does. */
class ReadmeTest {
    private static final String BY_HAND = "copilot_by_hand";

    private String readme = "";

    @BeforeEach
    void read() throws IOException {
        readme = Files.readString(Path.of("README.md"));
    }

    @Test
    void theSettingsAreInTheReadmeWithTheirDefaultsAndNoOthersAre() {
        Map<String, String> told = Pattern.compile("(?m)^\\| `([a-z-]+)` \\| ([^|]+) \\|")
                .matcher(between("## Which settings are there?", "\n## "))
                .results()
                .collect(Collectors.toMap(row -> row.group(1), row -> row.group(2)));
        Map<String, RecordComponent> settings = Stream.of(JdbcSettings.class.getRecordComponents())
                .collect(Collectors.toMap(ReadmeTest::kebab, Function.identity()));

        assertThat(told).containsOnlyKeys(settings.keySet());
        settings.forEach((name, component) -> {
            Default fallback = component.getAnnotation(Default.class);
            if (fallback != null) {
                assertThat(told).containsEntry(name, "`" + fallback.value() + "`");
            }
        });
    }

    private static String kebab(RecordComponent component) {
        return component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    @Test
    void whoIsGrantedByHandWhatTheReadmeSaysMayDoWhatTheApplicationMay() throws SQLException {
        TestDatabase place = TestDatabase.empty();
        try (Storage migrated = place.open()) {
            migrated.migrate();
        }
        // What everybody may do by default is not what the list gives.
        TestServer.administer(
                place.name(),
                "REVOKE ALL ON SCHEMA public FROM PUBLIC",
                "REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC",
                TestServer.role(BY_HAND, "NOSUPERUSER NOBYPASSRLS"));
        TestServer.administer(place.name(), grants().toArray(String[]::new));

        assertThat(rights(place, BY_HAND)).isNotEmpty().isEqualTo(rights(place, TestServer.APPLICATION));
        try (Storage storage = place.as(BY_HAND).without("owner-url").open()) {
            storage.migrate();
            storage.check();
            assertThat(storage.commit(Turns.turn("s1", 1)).repeated()).isFalse();
            assertThat(Turns.version(storage, "s1")).isEqualTo(1);
            storage.erase(Turns.ACME);
            assertThat(Turns.version(storage, "s1")).isZero();
        }
    }

    /** Each line of the list as a statement. */
    private List<String> grants() {
        List<String> statements = new ArrayList<>();
        for (String line :
                between("you may do it by hand instead:", "\nWith one URL").split("\n- ")) {
            List<String> words = Pattern.compile("`([^`]+)`")
                    .matcher(line)
                    .results()
                    .map(word -> word.group(1))
                    .toList();
            if (!words.isEmpty()) {
                statements.add("GRANT " + words.get(0) + " ON " + object(words) + " TO " + BY_HAND);
            }
        }
        assertThat(statements).hasSize(4);
        return statements;
    }

    private static String object(List<String> words) {
        return switch (words.get(0)) {
            case "USAGE" -> "SCHEMA public";
            case "EXECUTE" -> "ALL FUNCTIONS IN SCHEMA public";
            default -> String.join(", ", words.subList(1, words.size()));
        };
    }

    /** The tables and what a role was granted on them. */
    private static TreeSet<String> rights(TestDatabase place, String role) throws SQLException {
        TreeSet<String> rights = new TreeSet<>();
        try (Connection connection = TestServer.connect(place.name(), "postgres", "postgres");
                PreparedStatement statement = connection.prepareStatement("SELECT table_name || ' ' || privilege_type"
                        + " FROM information_schema.role_table_grants WHERE grantee = ?")) {
            statement.setString(1, role);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    rights.add(rows.getString(1));
                }
            }
        }
        return rights;
    }

    private String between(String from, String to) {
        Matcher found = Pattern.compile(Pattern.quote(from) + "(.*?)" + Pattern.quote(to), Pattern.DOTALL)
                .matcher(readme);
        return found.results()
                .map((MatchResult one) -> one.group(1))
                .findFirst()
                .orElseThrow(() -> new AssertionError("the README has no part from " + from));
    }
}
