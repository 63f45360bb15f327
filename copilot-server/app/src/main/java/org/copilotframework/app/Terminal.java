package org.copilotframework.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prints what a command has to say: for a person, or as JSON for a program. Results go to standard output; warnings, errors
 * and progress to standard error. Text from agents and plugins is shown without control characters.
 */
final class Terminal {
    /** How a piece of text is shown where there are colours. */
    enum Style {
        BOLD("1"),
        DIM("2"),
        RED("31"),
        YELLOW("33");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }

    private static final String CLEAR_LINE = "\r\033[K";

    private final Surroundings surroundings;
    private final boolean json;
    private final int columns;
    private boolean progressShown;

    Terminal(Surroundings surroundings, boolean json) {
        this.surroundings = surroundings;
        this.json = json;
        this.columns = surroundings.columns();
    }

    /** Whether the result is to be JSON. */
    boolean json() {
        return json;
    }

    /** Prints an object on one line, as it is for a program to read. */
    void object(Map<String, ? extends @Nullable Object> object) {
        surroundings.out().println(JsonLine.of(object));
    }

    /** Prints lines of a result, wrapped. */
    void say(String text) {
        Layout.wrap(printable(text), columns).forEach(surroundings.out()::println);
    }

    /** Prints a line above what belongs to it. */
    void heading(String text) {
        boolean colours = surroundings.colours(surroundings.outIsTerminal());
        surroundings.out().println(styled(Style.BOLD, printable(text).replace('\n', ' '), colours));
    }

    /** Prints text that somebody else wrote: wrapped for a person, as it is for a file or a pipe. */
    void quote(String text) {
        if (surroundings.outIsTerminal()) {
            say(text);
        } else {
            surroundings.out().println(text);
        }
    }

    /** Prints a heading and rows in columns. */
    void table(List<String> heading, List<List<String>> rows) {
        List<List<String>> all = new ArrayList<>();
        all.add(heading);
        rows.forEach(row -> all.add(row.stream().map(Terminal::printable).toList()));
        List<List<String>> lines = Layout.table(all, columns);
        boolean colours = surroundings.colours(surroundings.outIsTerminal());
        lines.get(0).forEach(line -> surroundings.out().println(styled(Style.BOLD, line, colours)));
        lines.subList(1, lines.size()).forEach(row -> row.forEach(surroundings.out()::println));
    }

    /** Prints a warning. A program that reads JSON need not look here for those that its object has a place for. */
    void warn(String text) {
        complain(Style.YELLOW, "warning", text);
    }

    /** Prints an error for a person. */
    void error(String text) {
        complain(Style.RED, "error", text);
    }

    /** Prints a further line below an error. */
    void hint(String text) {
        endProgress();
        Layout.wrap(printable(text), columns).forEach(surroundings.err()::println);
    }

    /** Prints a command to type, on one line however wide it is. */
    void command(String text) {
        endProgress();
        surroundings.err().println("  " + printable(text));
    }

    /** Shows how far the work is, in place of what was shown before; nothing where nobody watches. */
    void progress(String text) {
        if (json || !surroundings.errIsTerminal()) {
            return;
        }
        String line = printable(text).replace('\n', ' ');
        String fitting = line.length() < columns ? line : line.substring(0, columns - 4) + "...";
        boolean colours = surroundings.colours(true);
        surroundings
                .err()
                .print((colours ? CLEAR_LINE : "") + styled(Style.DIM, fitting, colours) + (colours ? "" : "\n"));
        surroundings.err().flush();
        progressShown = colours;
    }

    /** Takes the last line of progress away. */
    void endProgress() {
        if (progressShown) {
            surroundings.err().print(CLEAR_LINE);
            surroundings.err().flush();
            progressShown = false;
        }
    }

    /** Text that somebody else wrote, without what ends a line, moves the cursor or turns the direction of writing. */
    static String onOneLine(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]", "?");
    }

    private void complain(Style style, String kind, String text) {
        endProgress();
        boolean colours = surroundings.colours(surroundings.errIsTerminal());
        List<String> lines = Layout.wrap(kind + ": " + printable(text), columns);
        String first = lines.get(0);
        surroundings
                .err()
                .println(styled(style, first.substring(0, kind.length()), colours) + first.substring(kind.length()));
        lines.subList(1, lines.size()).forEach(surroundings.err()::println);
    }

    private static String styled(Style style, String text, boolean colours) {
        return colours ? "\033[" + style.code + "m" + text + "\033[0m" : text;
    }

    /** Text without what could move the cursor or change the terminal; line breaks and tabs stay. */
    private static String printable(String text) {
        return text.replaceAll("[\\p{Cc}&&[^\\n\\t]]", "");
    }
}
