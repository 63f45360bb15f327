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
    void whatOthersWroteStaysOnItsLine() {
        assertThat(Terminal.onOneLine("a\nb\u001b[2J\u202ec\u2028d\u0085")).isEqualTo("a?b?[2J?c?d?");
    }

    @Test
    void jsonHoldsNothingThatATerminalWouldObeyAndStaysTheSame() {
        String text = "a\u009b31m\u202eb\u007f\u2028 \\u0041 \"quoted\"";
        new Terminal(cli.surroundings(), true).object(java.util.Map.of("text", text));
        String line = Cli.text(cli.out);
        assertThat(line).isEqualTo(line.replaceAll("[^ -~\n]", ""));
        assertThat(new Outcome(0, line, "").json()).containsEntry("text", text);
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
