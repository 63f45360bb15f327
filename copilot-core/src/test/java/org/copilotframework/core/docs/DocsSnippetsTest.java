package org.copilotframework.core.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the pages show is real: Java compiles, and what is quoted stands in the file that it is quoted from. */
class DocsSnippetsTest {
    /** What others than core's own class path is needed for is shown by quoting a file that its module compiles. */
    static Stream<Page> pages() {
        return Page.all().stream()
                .filter(page -> page.name().matches("docs/.*|(copilot-api/|copilot-core/)?README.md"));
    }

    @ParameterizedTest
    @MethodSource("pages")
    void javaCompiles(Page page) {
        assertThat(JavaBlocks.faults(JavaBlocks.sources(page))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void whatIsQuotedStandsInItsFile(Page page) throws IOException {
        for (Page.Block block : page.blocks()) {
            if (!block.quoted().isEmpty()) {
                assertThat(Files.readString(Page.root().resolve(block.quoted())))
                        .as(page + ", line " + block.line())
                        .contains(block.code());
            }
        }
    }

    @Test
    void theTestItselfSeesWhatIsWrong() {
        assertThat(JavaBlocks.faults(java.util.Map.of("shown.Wrong", "package shown; class Wrong { int x = \"\"; }")))
                .singleElement()
                .asString()
                .contains("incompatible types");
        List<Page.Block> blocks = Page.of("README.md").blocks();
        assertThat(blocks).extracting(Page.Block::language).contains("java", "xml", "sh");
        assertThat(blocks).anyMatch(block -> block.quoted().endsWith("HelloAgent.java"));
    }
}
