package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;

/** Runs commands in this process, in surroundings that a test sets. */
final class Cli {
    final Map<String, String> environment = new HashMap<>();
    final Map<String, String> properties = new HashMap<>();
    final StopSignal stop = new StopSignal(thread -> {});
    final ByteArrayOutputStream out = new ByteArrayOutputStream();
    final ByteArrayOutputStream err = new ByteArrayOutputStream();
    /** What a person types. */
    String typed = "";

    private boolean terminal;

    /** From now on a person watches both streams. */
    Cli onTerminal() {
        terminal = true;
        environment.putIfAbsent("COLUMNS", "80");
        return this;
    }

    Outcome run(String... args) {
        out.reset();
        err.reset();
        int status = CommandLineFace.run(surroundings(), args);
        return new Outcome(status, text(out), text(err));
    }

    Surroundings surroundings() {
        return new Surroundings(
                new PrintStream(out, true, UTF_8),
                new PrintStream(err, true, UTF_8),
                terminal,
                terminal,
                environment,
                properties::get,
                new Keyboard(new ByteArrayInputStream(typed.getBytes(UTF_8)), UTF_8, terminal),
                stop);
    }

    static String text(ByteArrayOutputStream stream) {
        return stream.toString(UTF_8).replace(System.lineSeparator(), "\n");
    }
}
