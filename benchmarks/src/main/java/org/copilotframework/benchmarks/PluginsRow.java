package org.copilotframework.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Many small plugins: load to first call, beside PF4J alone; the look-up of a call; the reload of one. */
final class PluginsRow implements Benchmarks.Row {
    private static final int ROUNDS = Integer.getInteger("rounds", 5);
    private static final double GOAL = 1.5;
    private static final List<Integer> COUNTS = Stream.of(
                    System.getProperty("plugins", "1,10,100,500").split(","))
            .map(Integer::valueOf)
            .toList();

    /** All rounds' figures of one way, by name, in the order they were told. */
    private static final class Figures {
        private final Map<String, List<Double>> byName = new LinkedHashMap<>();

        void add(Map<String, Double> round) {
            round.forEach((name, value) ->
                    byName.computeIfAbsent(name, any -> new ArrayList<>()).add(value));
        }

        Sample of(String name) {
            return Sample.of(byName.get(name));
        }

        String phases(String... names) {
            StringBuilder shown = new StringBuilder();
            for (String name : names) {
                shown.append(String.format(Locale.ROOT, "%s %.0f  ", name, of(name).median()));
            }
            return shown.toString();
        }
    }

    @Override
    public List<String> run() throws Exception {
        System.out.println("one-class plugins, trust off, default settings; each in a fresh JVM, " + ROUNDS
                + " rounds in turn; ms, median (least to most). total: from the first line of the program to the last"
                + " plugin's first reply; open: settings, stores and workers, which PF4J alone has not; load to first call:"
                + " the rest of it, which has the goal. again: all of it once more in a JVM that did it before");
        PluginArchives archives = new PluginArchives();
        List<String> lookUps = new ArrayList<>();
        List<String> reloads = new ArrayList<>();
        for (int count : COUNTS) {
            Path root = Files.createTempDirectory("copilot-benchmark-");
            try {
                Path folder = Files.createDirectory(root.resolve("plugins"));
                for (int i = 0; i < count; i++) {
                    archives.write(folder, i, 1);
                }
                Figures pf4j = new Figures();
                Figures fresh = new Figures();
                Figures second = new Figures();
                for (int round = 0; round < ROUNDS; round++) {
                    Path home = root.resolve("home-" + round);
                    pf4j.add(child("pf4j", count, folder));
                    fresh.add(child("ours", count, folder, home));
                    second.add(child("ours", count, folder, home));
                }
                print(count, pf4j, fresh, second);
                again(count, folder, root);
                lookUps.add(String.format(
                        Locale.ROOT,
                        "%3d plugins: find %.0f ns, a call on the caller's thread %.0f ns",
                        count,
                        fresh.of("find").median(),
                        fresh.of("oneCall").median()));
                reloads.add(String.format(
                        Locale.ROOT,
                        "one of %3d: %s ms, %.0f other plugins touched",
                        count,
                        fresh.of("reload").show("%.1f"),
                        fresh.of("changed").max()));
            } finally {
                PluginArchives.delete(root);
            }
        }
        System.out.println("look-up, least disturbed tenth of the batches (goal: flat)");
        lookUps.forEach(System.out::println);
        System.out.println("reload (goal: no other touched)");
        reloads.forEach(System.out::println);
        return List.of();
    }

    private static Map<String, Double> child(String how, int count, Path... folders) throws Exception {
        List<String> args = new ArrayList<>(List.of(how, Integer.toString(count)));
        for (Path folder : folders) {
            args.add(folder.toString());
        }
        return ChildJvm.figures(PluginsChild.class, List.of("-Xmx1g"), args.toArray(String[]::new));
    }

    private static void print(int count, Figures pf4j, Figures fresh, Figures second) {
        System.out.printf(
                "%3d  %-20s %-26s %s%n",
                count,
                "PF4J",
                pf4j.of("total").show("%.0f"),
                pf4j.phases("load", "start", "extensions", "call", "cpu"));
        line(count, "ours, fresh home", fresh, pf4j);
        line(count, "ours, second start", second, pf4j);
    }

    private static void line(int count, String name, Figures figures, Figures bare) {
        double total = figures.of("total").median();
        double loaded = total - figures.of("open").median();
        double ratio = loaded / bare.of("total").median();
        System.out.printf(
                Locale.ROOT,
                "%3d  %-20s %-26s %s load to first call %.0f, ratio %.2f, goal %.1f: %s (with open %.2f, cpu of all %.2f)%n",
                count,
                name,
                figures.of("total").show("%.0f"),
                figures.phases("open", "accept", "start", "publish", "call", "cpu"),
                loaded,
                ratio,
                GOAL,
                ratio <= GOAL ? "met" : "MISSED",
                total / bare.of("total").median(),
                figures.of("cpu").median() / bare.of("cpu").median());
    }

    private static void again(int count, Path folder, Path homes) throws Exception {
        Map<String, Double> figures = ChildJvm.figures(
                PluginsAgain.class, List.of("-Xmx1g"), Integer.toString(count), folder.toString(), homes.toString());
        double bare = figures.get("pf4j");
        double ours = figures.get("ours");
        System.out.printf(
                Locale.ROOT,
                "%3d  again: PF4J %.1f, ours with open and a fresh home %.1f, ratio %.2f%n",
                count,
                bare,
                ours,
                ours / bare);
    }
}
