package org.copilotframework.example.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WordsTest {
    @Test
    void aNameCountsAsAWholeAndByItsParts() {
        assertThat(Words.of("Set copilot.plugin.maxFiles!"))
                .containsExactly("set", "copilot.plugin.maxfile", "copilot", "plugin", "max", "file");
        assertThat(Words.of("HTTPServer")).contains("httpserver", "http", "server");
    }

    @Test
    void wordsOfEveryQuestionDoNotCount() {
        assertThat(Words.of("What is the status of my backups?")).containsExactly("status", "backup");
    }

    @Test
    void aNameWithoutEndIsRead() {
        assertThat(Words.of("b.".repeat(100_000) + "b")).hasSize(100_002);
    }

    @Test
    void scriptsWithoutCaseAreWordsToo() {
        assertThat(Words.of("日本語 と عربي")).contains("日本語", "عربي");
    }
}
