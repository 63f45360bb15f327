package org.copilotframework.server.http;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunEvent;
import org.copilotframework.core.Admission;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a run as server-sent events: each event, then the reply or the error, which is the last one. While the run is
 * suspended the stream is open and silent.
 */
final class RunStream implements Answer.Streaming {
    /** The id of the last event of a stream: there is nothing after it. */
    static final String END = "end";

    private final Run run;
    private final long after;
    private final @Nullable Instant expires;
    private final Duration keepAlive;
    private final boolean cancelOnLeave;

    RunStream(Run run, long after, Admission who, Duration keepAlive, boolean cancelOnLeave) {
        this.run = run;
        this.after = after;
        this.expires = who.expires();
        this.keepAlive = keepAlive;
        this.cancelOnLeave = cancelOnLeave;
    }

    @Override
    public void to(EventWriter out) throws IOException {
        try {
            write(out);
        } catch (IOException left) {
            if (cancelOnLeave) {
                run.cancel("whoever read its events has left");
            }
            throw left;
        }
    }

    private void write(EventWriter out) throws IOException {
        out.send(null, "run", Map.of("run", run.id().value()));
        CompletableFuture<AgentReply> reply = run.reply().toCompletableFuture();
        try (EventStream events = run.events(after)) {
            while (true) {
                boolean ended = reply.isDone();
                if (writeNext(events, ended ? Duration.ZERO : patience(), out)) {
                    continue;
                } else if (ended) {
                    end(reply, out);
                    return;
                } else if (Thread.interrupted()) {
                    throwAway(out, new UnavailableException("the server is stopping; the run goes on", Duration.ofSeconds(1)));
                    return;
                } else if (hasExpired()) {
                    throwAway(out, new UnauthenticatedException("the credential has expired; the run goes on"));
                    return;
                } else if (!await(reply)) {
                    out.keepAlive();
                }
            }
        }
    }

    /** Whether there was an event. */
    private boolean writeNext(EventStream events, Duration wait, EventWriter out) throws IOException {
        try {
            Optional<RunEvent> event = events.poll(wait);
            if (event.isPresent()) {
                write(event.get(), out);
            }
            return event.isPresent();
        } catch (ConflictException dropped) {
            out.send(Long.toString(events.position()), "gap", Map.of("detail", dropped.getMessage()));
            return true;
        }
    }

    /** After no event came there is none for a while, or none will ever come and the reply is about to. */
    private static boolean await(CompletableFuture<AgentReply> reply) {
        try {
            reply.get(10, TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException failed) {
            return true;
        } catch (TimeoutException none) {
            return false;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static void end(CompletableFuture<AgentReply> reply, EventWriter out) throws IOException {
        try {
            out.send(END, "reply", Views.REPLY.of(reply.join()));
        } catch (java.util.concurrent.CompletionException failed) {
            if (failed.getCause() instanceof CopilotException error) {
                out.send(END, "error", Problem.tree(error));
            } else {
                throw failed;
            }
        }
    }

    private static void throwAway(EventWriter out, CopilotException why) throws IOException {
        out.send(null, "error", Problem.tree(why));
    }

    private boolean hasExpired() {
        return expires != null && !Instant.now().isBefore(expires);
    }

    private Duration patience() {
        if (expires == null) {
            return keepAlive;
        }
        Duration left = Duration.between(Instant.now(), expires);
        return left.compareTo(keepAlive) < 0 ? left : keepAlive;
    }

    private static void write(RunEvent event, EventWriter out) throws IOException {
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        data.put("position", event.position());
        data.put("time", event.time().toString());
        out.send(Long.toString(event.position()), put(event.event(), data), data);
    }

    /** Puts what happened into an object, and tells its kind. */
    private static String put(Event event, Map<String, @Nullable Object> data) {
        if (event instanceof Event.State state) {
            data.put("state", Schema.lower(state.state()));
            return "state";
        } else if (event instanceof Event.Question question) {
            data.put("message", question.message());
            return "question";
        } else if (event instanceof Event.Progress progress) {
            data.put("message", progress.message());
            if (progress.fraction() != null) {
                data.put("fraction", progress.fraction());
            }
            return "progress";
        } else if (event instanceof Event.Text text) {
            data.put("delta", text.delta());
            return "text";
        } else if (event instanceof Event.Custom custom) {
            data.put("name", custom.name());
            data.put("data", custom.data());
            return "custom";
        }
        return "other";
    }
}
