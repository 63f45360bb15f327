package org.copilotframework.benchmarks;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A fresh JVM of the same kind, so that one measurement does not warm up the next. */
final class ChildJvm {
    private static final String FIGURE = "figure ";
    private static final String BROKEN = "broken ";

    /** What a row may be asked for; handed on to its JVM. */
    private static final List<String> OPTIONS = List.of(
            "rounds",
            "backends",
            "sessions",
            "names",
            "finished",
            "waiting",
            "history",
            "counts",
            "mib",
            "millis",
            "streams",
            "connections",
            "ways",
            "warmup",
            "server");

    private ChildJvm() {}

    /** The program of this JVM. */
    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** The folder that this program lies in, with its libraries. */
    static Path target() {
        Path jar = Path.of(System.getProperty("java.class.path").split(File.pathSeparator)[0])
                .toAbsolutePath();
        return Objects.requireNonNull(jar.getParent());
    }

    /** What a JVM begins with so that {@link SqliteCounts} can count. */
    static String agent() {
        return "-javaagent:" + target().resolve("benchmarks.jar");
    }

    /** In the child: tells the parent a figure. */
    static void figure(String name, double value) {
        System.out.println(FIGURE + name + " " + value);
    }

    /** In the child: tells the parent of a broken promise. */
    static void broken(String what) {
        System.out.println(BROKEN + what);
    }

    /** Runs a row that prints its figures itself. */
    static List<String> row(Class<?> main, String... flags) throws IOException, InterruptedException {
        return row(System.getProperty("java.class.path"), main, flags);
    }

    /** The same, with the stores and all that they are compared with on its class path. */
    static List<String> storeRow(Class<?> main, String... flags) throws IOException, InterruptedException {
        String stores = target().resolve("stores").resolve("*").toString();
        return row(System.getProperty("java.class.path") + File.pathSeparator + stores, main, flags);
    }

    private static List<String> row(String classPath, Class<?> main, String... flags)
            throws IOException, InterruptedException {
        List<String> broken = new ArrayList<>();
        run(classPath, main, List.of(flags), List.of(), new TreeMap<>(), broken);
        return broken;
    }

    /** Runs a measurement and returns its figures by name. */
    static Map<String, Double> figures(Class<?> main, List<String> flags, String... args)
            throws IOException, InterruptedException {
        Map<String, Double> figures = new TreeMap<>();
        List<String> broken = new ArrayList<>();
        run(System.getProperty("java.class.path"), main, flags, List.of(args), figures, broken);
        if (!broken.isEmpty()) {
            throw new IllegalStateException(main.getSimpleName() + " " + List.of(args) + ": " + broken);
        }
        return figures;
    }

    private static void run(
            String classPath,
            Class<?> main,
            List<String> flags,
            List<String> args,
            Map<String, Double> figures,
            List<String> broken)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(java());
        command.addAll(flags);
        command.addAll(List.of(System.getProperty("child", "").split(" ")));
        command.removeIf(String::isEmpty);
        for (String option : OPTIONS) {
            if (System.getProperty(option) != null) {
                command.add("-D" + option + "=" + System.getProperty(option));
            }
        }
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(args);
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        // Who ends this program early ends the child too, and it the servers that it has started.
        Thread end = new Thread(child::destroy);
        Runtime.getRuntime().addShutdownHook(end);
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(FIGURE)) {
                    String[] words = line.substring(FIGURE.length()).split(" ");
                    figures.put(words[0], Double.parseDouble(words[1]));
                } else if (line.startsWith(BROKEN)) {
                    broken.add(line.substring(BROKEN.length()));
                } else {
                    System.out.println(line);
                }
            }
        } finally {
            child.destroyForcibly();
        }
        int code = child.waitFor();
        if (code != 0) {
            broken.add(main.getSimpleName() + " " + args + " ended with " + code);
        }
    }
}
