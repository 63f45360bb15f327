package org.copilotframework.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * From the wish that there be a process to its first answer that it is ready: our program with ten plugins, with a home of its own that
 * is fresh, and with one that it had before; beside a bare Jetty.
 */
final class ReadyRow {
    private static final int PLUGINS = 10;

    private ReadyRow() {}

    public static void main(String[] args) throws Exception {
        System.out.println(
                "start of the process to the first 200 of /health/ready, " + PLUGINS + " plugins of one class, SQLite,"
                        + " API key and JWT set up; " + Contest.ROUNDS + " rounds in turn; ms, median (least to most)");
        Path root = Files.createTempDirectory("copilot-benchmark-");
        try (Issuer issuer = new Issuer()) {
            Map<String, String> settings = new LinkedHashMap<>(HttpRow.settings(issuer));
            settings.remove("copilot.launcher.plugins");
            Path plugins = Files.createDirectory(root.resolve("plugins"));
            PluginArchives archives = new PluginArchives();
            for (int i = 0; i < PLUGINS; i++) {
                archives.write(plugins, i, 1);
            }
            Map<String, List<double[]>> figures = new LinkedHashMap<>();
            for (int round = -1; round < Contest.ROUNDS; round++) {
                Path folder = Files.createDirectory(root.resolve("folder" + round));
                List<double[]> bare = figures.computeIfAbsent("bare Jetty", any -> new ArrayList<>());
                List<double[]> fresh = figures.computeIfAbsent("ours, fresh home", any -> new ArrayList<>());
                List<double[]> second = figures.computeIfAbsent("ours, second start", any -> new ArrayList<>());
                boolean counts = round >= 0;
                note(ServedProcess.bare(folder), 0, counts ? bare : new ArrayList<>());
                for (List<double[]> start : List.of(fresh, second)) {
                    ServedProcess ours = ServedProcess.ours(folder, settings, "--plugins", plugins.toString());
                    note(ours, PLUGINS, counts ? start : new ArrayList<>());
                }
            }
            figures.forEach(ReadyRow::print);
        } finally {
            PluginArchives.delete(root);
        }
        System.exit(0);
    }

    /** Ready is who serves: each plugin's agent is called once. */
    private static void note(ServedProcess server, int plugins, List<double[]> figures)
            throws IOException, InterruptedException {
        try (server) {
            figures.add(new double[] {
                server.millisToReady(), server.processor().toMillis(), server.residentMib(), server.threads()
            });
            for (int i = 0; i < plugins; i++) {
                byte[] request = HttpRow.request(
                        "/v1/agents/" + PluginArchives.agent(i) + ":invoke", "X-API-KEY: " + HttpRow.KEY + "\r\n");
                Hammer.Load load = Hammer.run(server.address(), request, 1, 20);
                if (load.failed() > 0 || load.micros().sorted().length == 0) {
                    ChildJvm.broken("the server was ready, and " + PluginArchives.agent(i) + " does not answer");
                }
            }
        }
    }

    private static void print(String name, List<double[]> figures) {
        System.out.printf(
                Locale.ROOT,
                "%-20s %s; processor %s ms; %.0f MiB, %.0f threads%n",
                name,
                of(figures, 0).show("%.0f"),
                of(figures, 1).show("%.0f"),
                of(figures, 2).median(),
                of(figures, 3).median());
    }

    private static Sample of(List<double[]> figures, int which) {
        return Sample.of(figures.stream().map(all -> all[which]).toList());
    }
}
