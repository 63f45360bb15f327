package org.copilotframework.app;

import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the program finds around it. A test brings its own.
 *
 * @param out where results go
 * @param err where errors, warnings and progress go
 * @param outIsTerminal whether a person sees {@code out} as it is written
 * @param errIsTerminal whether a person sees {@code err} as it is written
 * @param environment the environment variables
 * @param property reads a system property, or null
 * @param keyboard where a person types
 * @param stop the wish that the process end
 */
record Surroundings(
        PrintStream out,
        PrintStream err,
        boolean outIsTerminal,
        boolean errIsTerminal,
        Map<String, String> environment,
        Function<String, @Nullable String> property,
        Keyboard keyboard,
        StopSignal stop) {
    private static final int COLUMNS = 100;
    private static final int FEWEST_COLUMNS = 40;

    static Surroundings ofProcess(StopSignal stop) {
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        Charset charset = windows ? windowsCharset() : StandardCharsets.UTF_8;
        return new Surroundings(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, charset),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, charset),
                isTerminal(1),
                isTerminal(2),
                System.getenv(),
                properties(),
                new Keyboard(System.in, charset, isTerminal(0)),
                stop);
    }

    /** What the launcher script says is for this program; the orchestrator would take it for settings it does not know. */
    private static Function<String, @Nullable String> properties() {
        Map<String, String> launcher = new HashMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            if (name.startsWith("copilot.launcher.")) {
                launcher.put(name, System.clearProperty(name));
            }
        }
        return name -> launcher.containsKey(name) ? launcher.get(name) : System.getProperty(name);
    }

    /** Whether text may carry colours: on a terminal, unless the user wants none (no-color.org). */
    boolean colours(boolean terminal) {
        boolean refused = !environment.getOrDefault("NO_COLOR", "").isEmpty()
                || environment.getOrDefault("TERM", "").equals("dumb");
        return terminal && !refused;
    }

    /** How wide a line may be. */
    int columns() {
        String said = environment.get("COLUMNS");
        if (said == null && outIsTerminal) {
            said = sttyColumns();
        }
        boolean number = said != null && said.matches("[0-9]{1,4}") && Integer.parseInt(said) > 0;
        return number ? Math.max(FEWEST_COLUMNS, Integer.parseInt(said)) : COLUMNS;
    }

    private static Charset windowsCharset() {
        String name = System.getProperty("stdout.encoding", System.getProperty("sun.stdout.encoding", "UTF-8"));
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.UTF_8;
    }

    /** Java tells of both streams at once only; where the system shows what a descriptor leads to, that is better. */
    private static boolean isTerminal(int descriptor) {
        Path shown = Path.of("/proc/self/fd", Integer.toString(descriptor));
        if (Files.isSymbolicLink(shown)) {
            try {
                String target = Files.readSymbolicLink(shown).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            } catch (IOException unreadable) {
                return consoleIsTerminal();
            }
        }
        return consoleIsTerminal();
    }

    /** From Java 22 on there may be a console without a terminal, and a method that tells. */
    private static boolean consoleIsTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (Boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException olderJava) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException unknown) {
            return false;
        }
    }

    private static @Nullable String sttyColumns() {
        try {
            Process stty = new ProcessBuilder("sh", "-c", "stty size < /dev/tty")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                stty.destroyForcibly();
                return null;
            }
            String[] size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .trim()
                    .split(" ");
            return size.length == 2 ? size[1] : null;
        } catch (IOException noShell) {
            return null;
        } catch (InterruptedException cutShort) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
