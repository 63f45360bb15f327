package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTest {
    private final Cli cli = new Cli();

    @Test
    void progressIsOneLineThatGoesAwayAndIsShownOnATerminalOnly() {
        Terminal piped = new Terminal(cli.surroundings(), false);
        piped.progress("reading");
        piped.endProgress();
        assertThat(cli.err.size()).isZero();

        Terminal terminal = new Terminal(cli.onTerminal().surroundings(), false);
        terminal.progress("reading\nmany " + "x".repeat(200));
        terminal.endProgress();
        terminal.endProgress();
        assertThat(Cli.text(cli.err))
                .startsWith("\r\033[K\033[2mreading many xxx")
                .endsWith("...\033[0m\r\033[K")
                .doesNotContain("\n");
        assertThat(cli.out.size()).isZero();
    }

    @Test
    void jsonShowsNoProgressOnATerminalEither() {
        new Terminal(cli.onTerminal().surroundings(), true).progress("reading");

        assertThat(cli.err.size()).isZero();
    }

    @Test
    void textOfOthersCannotTurnTheTerminalOver() {
        new Terminal(cli.onTerminal().surroundings(), false).quote("\033[2Jgone\u009b31m\ttab\nline\u0007");

        assertThat(Cli.text(cli.out)).isEqualTo("[2Jgone31m\ttab\nline\n");
    }

    @Test
    void textOfOthersIsWrappedForAPersonAndPassedOnUnchangedToAFile() {
        String text = "word ".repeat(40).trim();
        new Terminal(cli.surroundings(), false).quote(text);
        assertThat(Cli.text(cli.out)).isEqualTo(text + "\n");
        cli.out.reset();
        new Terminal(cli.onTerminal().surroundings(), false).quote(text);
        assertThat(Cli.text(cli.out).lines()).hasSizeGreaterThan(1).allMatch(line -> line.length() <= 80);
    }
}
