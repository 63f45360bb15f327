package org.copilotframework.core.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.archive.DesiredPlugin.Origin;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DesiredSetTest {
    private static final String V1 = "1".repeat(64);
    private static final String V2 = "2".repeat(64);
    private static final String V3 = "3".repeat(64);
    private static final String V4 = "4".repeat(64);

    @TempDir
    Path home;

    private Path file;

    @BeforeEach
    void plugins() throws IOException {
        file = Files.createDirectories(home.resolve("plugins")).resolve("desired.properties");
    }

    @Test
    void theSetSurvivesARestart() throws Exception {
        DesiredPlugin a = new DesiredPlugin("a", V2, Origin.INSTALLED, null, null, List.of(V1), Set.of(V3, V4));
        DesiredPlugin b = DesiredPlugin.inbox("b", V1, "b \"1\"\n.jar", "/a b/ä");
        DesiredPlugin gone = new DesiredPlugin("c", null, Origin.INBOX, null, null, List.of(), Set.of(V1));
        DesiredSet set = open();
        set.put(a);
        set.put(gone);
        set.put(b);

        assertThat(open().entries()).containsExactly(a, b, gone);
        assertThat(open().find("b")).contains(b);
        assertThat(open().find("x")).isEmpty();
        assertThat(open().digests()).containsExactly(V1, V2);
        assertThat(open().warnings()).isEmpty();
        set.remove("a");
        assertThat(open().entries()).containsExactly(b, gone);
        assertThat(names()).containsExactly("desired.properties");
    }

    @Test
    void aNewVersionMakesHistoryAndARollbackDismisses() {
        DesiredPlugin v3 = DesiredPlugin.installed("a", V1)
                .replacedBy(DesiredPlugin.inbox("a", V2, "a.jar", null))
                .replacedBy(DesiredPlugin.installed("a", V3));
        assertThat(v3).isEqualTo(new DesiredPlugin("a", V3, Origin.INSTALLED, null, null, List.of(V2, V1), Set.of()));
        assertThat(v3.replacedBy(DesiredPlugin.installed("a", V3))).isEqualTo(v3);

        DesiredPlugin back = v3.rolledBackTo(V2);
        assertThat(back).isEqualTo(new DesiredPlugin("a", V2, Origin.INSTALLED, null, null, List.of(V1), Set.of(V3)));
        DesiredPlugin again = back.replacedBy(DesiredPlugin.installed("a", V3));
        assertThat(again).isEqualTo(v3);

        assertThat(back.removed())
                .isEqualTo(new DesiredPlugin("a", null, Origin.INSTALLED, null, null, List.of(), Set.of(V2, V3)));
    }

    @Test
    void whatWasDismissedIsKnownAcrossPlugins() throws Exception {
        DesiredSet set = open();
        set.put(DesiredPlugin.installed("a", V1).removed());
        assertThat(open().dismissed(V1)).isTrue();
        assertThat(open().dismissed(V2)).isFalse();
        assertThat(open().digests()).isEmpty();
    }

    @Test
    void onlyTheLastVersionsAreRemembered() throws Exception {
        DesiredSet set = open();
        set.put(new DesiredPlugin("a", V4, Origin.INSTALLED, null, null, List.of(V3, V2, V1), Set.of()));
        assertThat(set.find("a").orElseThrow().history()).containsExactly(V3, V2);
    }

    @Test
    void manyChangesAreOneWriteAndNoChangeIsNone() throws Exception {
        DesiredSet set = open();
        set.update(all -> {
            for (int i = 0; i < 500; i++) {
                all.put("p" + i, DesiredPlugin.inbox("p" + i, V1, "p" + i + ".jar", "/f"));
            }
        });
        assertThat(open().entries()).hasSize(500);
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        set.put(set.find("p7").orElseThrow());
        set.remove("unknown");
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(FileTime.fromMillis(0));
    }

    @Test
    void aChangeThatFailsChangesNothing() throws Exception {
        DesiredSet set = open();
        set.put(DesiredPlugin.installed("a", V1));
        assertThatThrownBy(() -> set.update(all -> {
                    all.clear();
                    throw new IllegalStateException("no");
                }))
                .isInstanceOf(IllegalStateException.class);
        Files.delete(file);
        Files.delete(home.resolve("plugins"));
        assertThatThrownBy(() -> set.remove("a")).isInstanceOf(IOException.class);
        assertThat(set.find("a")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "version=1",
                "version=1\nplugins=many",
                "version=1\nplugins=2\na.origin=inbox",
                "version=1\nplugins=1\na.current=1",
                "version=1\nplugins=1\na.origin=heaven",
                "version=one\nplugins=0",
                "version=1\nplugins=0\nmore=1",
                "version=1\nplugins=0\n.origin=inbox",
                "version=1\nplugins=1\na.origin=inbox\na.more=1",
                "version=1\nplugins=1\na.origin=\\u00",
                "version=99999999999999\nplugins=0"
            })
    void aCorruptFileIsMovedAsideAndTold(String content) throws Exception {
        Files.writeString(file, content);

        DesiredSet set = open();

        assertThat(set.entries()).isEmpty();
        assertThat(set.warnings())
                .singleElement()
                .asString()
                .contains("is corrupt", "was moved to", "install them again");
        assertThat(names()).singleElement().asString().startsWith("desired.properties.corrupt-");
        assertThat(Files.readString(file.resolveSibling(names().get(0)))).isEqualTo(content);
    }

    @Test
    void aFileOfAnotherVersionIsRefusedAndStays() throws Exception {
        Files.writeString(file, "version=2\nplugins=0\n");
        assertThatThrownBy(this::open)
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining("run the release that wrote it");
        assertThat(names()).containsExactly("desired.properties");
    }

    @Test
    void whereNothingCanBeWrittenTheSetIsInMemory() throws Exception {
        open().put(DesiredPlugin.installed("a", V1));
        DesiredSet set = new DesiredSet(home, false, 2);
        assertThat(set.find("a")).isPresent();
        set.put(DesiredPlugin.installed("b", V1));
        assertThat(set.find("b")).isPresent();
        assertThat(open().find("b")).isEmpty();

        Files.writeString(file, "corrupt");
        assertThat(new DesiredSet(home, false, 2).warnings())
                .singleElement()
                .asString()
                .doesNotContain("moved");
        assertThat(file).hasContent("corrupt");
    }

    private DesiredSet open() throws IOException {
        return new DesiredSet(home, true, 2);
    }

    private List<String> names() {
        return Stream.of(home.resolve("plugins").toFile().list()).toList();
    }
}
