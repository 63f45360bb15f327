package org.copilotframework.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * Calls of the example {@code hello} over HTTP, by our program as it is shipped, beside a handler on the same Jetty that reads its body
 * and answers always the same. This process is the client; each server has one of its own.
 */
final class HttpRow {
    /** Made by chance once; nothing else has it. */
    private static final String SECRET = "kVd1yQ7mB0s4Zr9uXc2Lw8Tn5Hf3Ge6Pj";

    static final String KEY = "Qw3Er5Ty7Ui9Op1As2Df4Gh6Jk8Zx0Cv";
    private static final String BODY = "{\"text\": \"world\"}";
    private static final long MILLIS = Long.getLong("millis", 3_000);
    /** Until the compilers have done their work, also where others have the cores. */
    private static final long WARM_UP = Long.getLong("warmup", 20_000);

    /** Which are measured beside the bare handler. */
    private static final Pattern WAYS = Pattern.compile(System.getProperty("ways", ""));

    private static final String BARE = "bare handler";

    /**
     * A way to be asked.
     *
     * @param goal how much of the bare handler's requests a second there should be; 0 for none
     */
    private record Way(String name, ServedProcess server, byte[] request, double goal) {}

    /** One round of one way. */
    private record Round(Hammer.Load load, double processorMicros) {}

    private HttpRow() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("copilot-benchmark-");
        Path other = Files.createTempDirectory("copilot-benchmark-");
        try (Issuer issuer = new Issuer();
                ServedProcess bare = ServedProcess.bare(other);
                ServedProcess ours = ServedProcess.ours(folder, settings(issuer))) {
            List<Way> all = List.of(
                    new Way(BARE, bare, request(BareJetty.HANDLER, ""), 0),
                    new Way("bare servlet", bare, request(BareJetty.SERVLET, ""), 0),
                    ours("API key", ours, "X-API-KEY: " + KEY, 0.7),
                    ours("JWT HS256", ours, "Authorization: Bearer " + issuer.hs256(SECRET), 0.6),
                    ours("JWT RS256", ours, "Authorization: Bearer " + issuer.rs256(), 0.6),
                    ours("JWT ES256", ours, "Authorization: Bearer " + issuer.es256(), 0.6));
            List<Way> ways = all.stream()
                    .filter(way ->
                            way.name().equals(BARE) || WAYS.matcher(way.name()).find())
                    .toList();
            demandALock(ours);
            System.out.printf(
                    "POST of %s; %d ms each, %d rounds in turn; client and servers share the cores; SQLite, as copilot run has"
                            + " it, to which an invoke writes nothing%n",
                    BODY, MILLIS, Contest.ROUNDS);
            for (Way way : ways) {
                Hammer.run(way.server().address(), way.request(), 64, WARM_UP);
            }
            for (String text : System.getProperty("connections", "1,16,64").split(",")) {
                int connections = Integer.parseInt(text);
                print(connections, ways, rounds(connections, ways));
            }
        } finally {
            PluginArchives.delete(folder);
            PluginArchives.delete(other);
        }
        System.exit(0);
    }

    static Map<String, String> settings(Issuer issuer) {
        Map<String, String> settings = new LinkedHashMap<>(issuer.settings(SECRET));
        settings.put("copilot.security.apikey.key", KEY);
        settings.put("copilot.security.authenticators", "apikey,jwt");
        settings.put(
                "copilot.launcher.plugins",
                ServedProcess.server().resolve("hello.jar").toString());
        return settings;
    }

    private static Way ours(String name, ServedProcess server, String header, double goal) {
        return new Way(name, server, request("/v1/agents/hello:invoke", header + "\r\n"), goal);
    }

    static byte[] request(String path, String header) {
        return ("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: benchmark\r\nAccept: */*\r\n" + header
                        + "Content-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Else an open door would be measured. */
    private static void demandALock(ServedProcess ours) throws IOException {
        byte[] unknown = request("/v1/agents/hello:invoke", "");
        Hammer.Load load = Hammer.run(ours.address(), unknown, 1, 50);
        if (load.failed() != load.micros().sorted().length) {
            ChildJvm.broken("who shows no credentials was let in");
        }
    }

    private static Map<String, List<Round>> rounds(int connections, List<Way> ways) throws IOException {
        Map<String, List<Round>> rounds = new LinkedHashMap<>();
        for (int round = -1; round < Contest.ROUNDS; round++) {
            for (Way way : ways) {
                Round one = round(connections, way);
                if (round >= 0) {
                    rounds.computeIfAbsent(way.name(), any -> new ArrayList<>()).add(one);
                }
            }
        }
        return rounds;
    }

    private static Round round(int connections, Way way) throws IOException {
        long processor = way.server().processor().toNanos();
        Hammer.Load load = Hammer.run(way.server().address(), way.request(), connections, MILLIS);
        double spent = way.server().processor().toNanos() - processor;
        if (load.failed() > 0) {
            ChildJvm.broken(load.failed() + " answers to " + way.name() + " were not 200");
        }
        return new Round(load, spent / 1e3 / load.micros().sorted().length);
    }

    private static void print(int connections, List<Way> ways, Map<String, List<Round>> rounds) {
        double bare =
                sample(of(rounds, BARE), round -> round.load().perSecond()).median();
        for (Way way : ways) {
            List<Round> all = of(rounds, way.name());
            Sample perSecond = sample(all, round -> round.load().perSecond());
            double ratio = perSecond.median() / bare;
            System.out.printf(
                    Locale.ROOT,
                    "%2d connections  %-13s %s/s, ratio %.2f%s; us p50 %.0f, p99 %.0f, p99.9 %.0f; processor of the server"
                            + " %.1f us each; client busy %.0f %%%n",
                    connections,
                    way.name(),
                    perSecond.show("%,.0f"),
                    ratio,
                    way.goal() == 0
                            ? ""
                            : String.format(
                                    Locale.ROOT, ", goal %.1f: %s", way.goal(), ratio >= way.goal() ? "met" : "MISSED"),
                    at(all, 0.5),
                    at(all, 0.99),
                    at(all, 0.999),
                    sample(all, Round::processorMicros).median(),
                    100 * sample(all, round -> round.load().busy()).median());
        }
    }

    private static List<Round> of(Map<String, List<Round>> rounds, String way) {
        return Objects.requireNonNull(rounds.get(way), way);
    }

    private static double at(List<Round> rounds, double share) {
        return sample(rounds, round -> round.load().micros().at(share)).median();
    }

    private static Sample sample(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Sample.of(rounds.stream().map(figure::applyAsDouble).toList());
    }
}
