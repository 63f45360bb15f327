package org.copilotframework.benchmarks;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * From the moment at which an agent emits an event to the one at which a client has it, beside events that a bare Jetty writes; then
 * many streams at once, of which each event is counted. This process is the client; each server has one of its own.
 */
final class SseRow {
    private static final int STREAMS = Integer.getInteger("streams", 1_000);
    private static final int ONE_BY_ONE = 200;
    private static final int EVENTS = 20;
    private static final long INTERVAL = TimeUnit.MILLISECONDS.toNanos(250);

    /** In which all streams have to be opened, before the first event of any. */
    private static final long OPENING = TimeUnit.SECONDS.toNanos(5);

    /** Fewer than requests that our server has at work at once (copilot.http.calls): it tells others to come again. */
    private static final int OPENED_AT_ONCE = 100;

    /** How long a single stream is open and silent before its event. */
    private static final long SILENCE = TimeUnit.MILLISECONDS.toNanos(20);

    private static final String AGENT = """
            package ticking;

            import java.time.Instant;
            import org.copilotframework.api.agent.*;
            import org.copilotframework.api.run.Event;

            @AgentInfo(name = "ticker")
            public class TickerAgent implements Agent {
                @Override
                public AgentReply handle(AgentRequest request, AgentContext context) throws Exception {
                    String[] words = request.text().split(" ");
                    long first = Long.parseLong(words[0]);
                    for (int i = 0; i < Integer.parseInt(words[1]); i++) {
                        long left = first + i * Long.parseLong(words[2]) - now();
                        if (first > 0 && left > 0) {
                            Thread.sleep(left / 1_000_000, (int) (left % 1_000_000));
                        }
                        context.emit(new Event.Text(Long.toString(now())));
                    }
                    return AgentReply.text("done");
                }

                private static long now() {
                    Instant now = Instant.now();
                    return now.getEpochSecond() * 1_000_000_000 + now.getNano();
                }
            }
            """;

    /** A way to be told of events. */
    private record Way(String name, ServedProcess server, HttpRequest.Builder request) {
        EventReader open(HttpClient client, Ticks ticks) {
            HttpRequest one = request.copy()
                    .POST(HttpRequest.BodyPublishers.ofString("{\"text\": \"" + ticks.text() + "\"}"))
                    .build();
            return EventReader.open(client, one);
        }
    }

    /** One round of one way; microseconds, MiB and threads. */
    private record Round(
            Sample emitted,
            Sample asked,
            Sample crowd,
            double idleMib,
            double mib,
            double idleThreads,
            double threads) {}

    private SseRow() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("copilot-benchmark-");
        Path other = Files.createTempDirectory("copilot-benchmark-");
        Path plugin = PluginArchives.write(
                folder, "ticker", "1.0.0", "ticking.TickerAgent", PluginArchives.compile("TickerAgent", AGENT));
        try (Issuer issuer = new Issuer();
                ServedProcess bare = ServedProcess.bare(other);
                ServedProcess ours = ServedProcess.ours(folder, settings(issuer, plugin))) {
            System.out.printf(
                    "%d streams one by one, each silent for %d ms before its event; then %d streams at once, of %d events each;"
                            + " %d rounds in turn; client and servers share the cores%n",
                    ONE_BY_ONE, TimeUnit.NANOSECONDS.toMillis(SILENCE), STREAMS, EVENTS, Contest.ROUNDS);
            List<Way> ways = List.of(
                    new Way("bare Jetty", bare, request(bare.url(BareJetty.EVENTS))),
                    new Way(
                            "ours",
                            ours,
                            request(ours.url("/v1/agents/ticker:stream")).header("X-API-KEY", HttpRow.KEY)));
            Map<String, List<Round>> rounds = new LinkedHashMap<>();
            for (int round = -1; round < Contest.ROUNDS; round++) {
                for (Way way : ways) {
                    Round one = round(way);
                    if (round >= 0) {
                        rounds.computeIfAbsent(way.name(), any -> new ArrayList<>())
                                .add(one);
                    }
                }
            }
            rounds.forEach(SseRow::print);
        } finally {
            PluginArchives.delete(folder);
            PluginArchives.delete(other);
        }
        System.exit(0);
    }

    private static Map<String, String> settings(Issuer issuer, Path plugin) {
        Map<String, String> settings = HttpRow.settings(issuer);
        settings.put("copilot.launcher.plugins", plugin.toString());
        // An agent that sleeps takes a thread where there are no virtual ones.
        settings.put("copilot.workers.threads", Integer.toString(STREAMS + 100));
        return settings;
    }

    private static HttpRequest.Builder request(String url) {
        return HttpRequest.newBuilder(URI.create(url)).header("Content-Type", "application/json");
    }

    private static Round round(Way way) throws Exception {
        // A client for each round, whose connections end with it.
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        Sample emitted = oneByOne(way, client, SILENCE);
        Sample asked = oneByOne(way, client, 0);
        return crowd(way, client, emitted, asked);
    }

    /** From the emit where the stream was silent before, from the question where the agent emits at once. */
    private static Sample oneByOne(Way way, HttpClient client, long silence) throws Exception {
        List<Double> micros = new ArrayList<>();
        for (int i = 0; i < ONE_BY_ONE; i++) {
            long asked = Ticks.now();
            EventReader reader = way.open(client, new Ticks(silence == 0 ? 0 : asked + silence, 1, 0));
            demandWhole(way, reader, 1);
            micros.add(
                    silence == 0
                            ? (reader.firstArrived() - asked) / 1e3
                            : reader.delays().get(0) / 1e3);
        }
        return Sample.of(micros);
    }

    private static Round crowd(Way way, HttpClient client, Sample emitted, Sample asked) throws Exception {
        double idleMib = way.server().residentMib();
        double idleThreads = way.server().threads();
        long first = Ticks.now() + OPENING;
        List<EventReader> readers = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            readers.add(way.open(client, new Ticks(first + i * INTERVAL / STREAMS, EVENTS, INTERVAL)));
            if (i >= OPENED_AT_ONCE) {
                readers.get(i - OPENED_AT_ONCE).awaitBegin();
            }
        }
        long half = (first + EVENTS * INTERVAL / 2 - Ticks.now()) / 1_000_000;
        Thread.sleep(Math.max(0, half));
        double mib = way.server().residentMib();
        double threads = way.server().threads();
        List<Double> micros = new ArrayList<>();
        int openedAtOnce = 0;
        for (EventReader reader : readers) {
            demandWhole(way, reader, EVENTS);
            reader.delays().forEach(delay -> micros.add(delay / 1e3));
            openedAtOnce += reader.opened() < first ? 1 : 0;
        }
        if (openedAtOnce < STREAMS) {
            System.out.println(way.name() + ": only " + openedAtOnce + " of " + STREAMS
                    + " streams were open before the first event");
        }
        return new Round(emitted, asked, Sample.of(micros), idleMib, mib, idleThreads, threads);
    }

    /** No event is missing, and the reply is there. */
    private static void demandWhole(Way way, EventReader reader, int events) throws Exception {
        String how = reader.await();
        if (!how.equals("reply") || reader.delays().size() != events) {
            ChildJvm.broken(way.name() + ": a stream ended with " + how + " and "
                    + reader.delays().size() + " events of " + events);
            throw new IllegalStateException("there is no use in going on");
        }
    }

    private static void print(String name, List<Round> rounds) {
        System.out.printf(
                "%-10s emit to client, first event after a silence, us: p50 %s, p99 %s%n",
                name,
                of(rounds, round -> round.emitted().median()).show("%.0f"),
                of(rounds, round -> round.emitted().at(0.99)).show("%.0f"));
        System.out.printf(
                "%-10s asked to first event, emitted at once, us: p50 %s, p99 %s%n",
                name,
                of(rounds, round -> round.asked().median()).show("%.0f"),
                of(rounds, round -> round.asked().at(0.99)).show("%.0f"));
        System.out.printf(
                Locale.ROOT,
                "%-10s %d streams at once, %d events, none missing; emit to client, us: p50 %s, p99 %s, longest %s; process"
                        + " %.0f MiB (%.0f before), %.0f threads (%.0f before)%n",
                name,
                STREAMS,
                STREAMS * EVENTS,
                of(rounds, round -> round.crowd().median()).show("%.0f"),
                of(rounds, round -> round.crowd().at(0.99)).show("%.0f"),
                of(rounds, round -> round.crowd().max()).show("%.0f"),
                of(rounds, Round::mib).median(),
                of(rounds, Round::idleMib).median(),
                of(rounds, Round::threads).median(),
                of(rounds, Round::idleThreads).median());
    }

    private static Sample of(List<Round> rounds, ToDoubleFunction<Round> figure) {
        return Sample.of(rounds.stream().map(figure::applyAsDouble).toList());
    }
}
