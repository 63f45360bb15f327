package org.copilotframework.benchmarks;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A stream of events, each of which tells when it was made: how long each took, and how the stream ended. */
final class EventReader implements Flow.Subscriber<String> {
    private static final Pattern TOLD = Pattern.compile("\"delta\":\"([0-9]+)\"");

    private final CompletableFuture<String> ended = new CompletableFuture<>();
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private final List<Long> delays = Collections.synchronizedList(new ArrayList<>());
    private volatile long opened = Long.MAX_VALUE;
    private volatile long firstArrived;
    private String event = "";

    private EventReader() {}

    static EventReader open(HttpClient client, HttpRequest request) {
        EventReader reader = new EventReader();
        client.sendAsync(request, HttpResponse.BodyHandlers.fromLineSubscriber(reader))
                .whenComplete((response, failed) -> {
                    if (failed != null) {
                        reader.ended.complete(failed.toString());
                    } else if (response.statusCode() != 200) {
                        reader.ended.complete("status " + response.statusCode());
                    }
                    reader.begun.complete(null);
                });
        return reader;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(String line) {
        long now = Ticks.now();
        if (line.startsWith("event: ")) {
            event = line.substring("event: ".length());
            if (event.equals("run")) {
                opened = now;
                begun.complete(null);
            }
        } else if (event.equals("text") && line.startsWith("data: ")) {
            Matcher told = TOLD.matcher(line);
            if (told.find()) {
                firstArrived = firstArrived == 0 ? now : firstArrived;
                delays.add(now - Long.parseLong(told.group(1)));
            }
        }
    }

    @Override
    public void onError(Throwable cutOff) {
        ended.complete(cutOff.toString());
    }

    @Override
    public void onComplete() {
        if (!event.isEmpty()) {
            ended.complete(event);
        }
    }

    /** Waits until the stream says that it is there, or there will be none. */
    void awaitBegin() throws Exception {
        begun.get(2, TimeUnit.MINUTES);
    }

    /** The kind of the last event, or what went wrong. */
    String await() throws Exception {
        return ended.get(2, TimeUnit.MINUTES);
    }

    /** When the stream said that it is there. */
    long opened() {
        return opened;
    }

    long firstArrived() {
        return firstArrived;
    }

    /** Nanoseconds from when each event was made to when it was here. */
    List<Long> delays() {
        return delays;
    }
}
