package org.copilotframework.server.http;

import java.io.IOException;
import java.time.Duration;
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
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunEvent;
import org.copilotframework.api.run.RunState;
import org.jspecify.annotations.Nullable;

/**
 * What happens in a run as server-sent events: each event, then the reply or the error, which is the last one. While the run is
 * suspended the stream is open and silent, until the server stops.
 */
final class RunStream implements Answer.Streaming {
    /** The id of the last event of a stream: there is nothing after it. */
    static final String END = "end";

    private final Run run;
    private final long after;
    private final Presence presence;
    private final Gate gate;
    private final Duration keepAlive;
    private final boolean cancelOnLeave;

    RunStream(Run run, long after, Presence presence, Gate gate, Duration keepAlive, boolean cancelOnLeave) {
        this.run = run;
        this.after = after;
        this.presence = presence;
        this.gate = gate;
        this.keepAlive = keepAlive;
        this.cancelOnLeave = cancelOnLeave;
    }

    /** Whether the run waits for somebody, which may take days. */
    @Override
    public boolean parked() {
        RunState state = run.state();
        return state == RunState.INPUT_REQUIRED || state == RunState.AUTH_REQUIRED;
    }

    @Override
    public void to(EventWriter out) throws IOException {
        try {
            write(out);
        } catch (IOException left) {
            // When the server stops, what it was about to write is cut short, and nobody has left.
            if (cancelOnLeave && !gate.isShut()) {
                run.cancel("whoever read its events has left");
            }
            throw left;
        }
    }

    private void write(EventWriter out) throws IOException {
        out.send(null, "run", Map.of("run", run.id().value()));
        try (EventStream events = run.events(after)) {
            while (!hasEnded(out)) {
                boolean over = run.state().terminal();
                Duration wait = over ? Duration.ZERO : presence.patience(keepAlive);
                long began = System.nanoTime();
                if (writeNext(events, wait, out)) {
                    continue;
                } else if (over
                        || (isEarly(began, wait) && !Thread.currentThread().isInterrupted())) {
                    // None will come any more: the run has ended, or nothing is learned of it here.
                    end(out);
                    return;
                } else if (!Thread.currentThread().isInterrupted()) {
                    out.keepAlive();
                }
            }
        }
    }

    private static boolean isEarly(long began, Duration wait) {
        return System.nanoTime() - began < wait.minusMillis(1).toNanos();
    }

    /** Whether the stream ends here, though the run does not; then the client was told why. */
    private boolean hasEnded(EventWriter out) throws IOException {
        if (Thread.interrupted() || (gate.isShut() && parked())) {
            tell(new UnavailableException("the server is stopping; the run goes on", Duration.ofSeconds(1)), out);
            return true;
        }
        Optional<CopilotException> gone = presence.gone();
        if (gone.isPresent()) {
            tell(gone.get(), out);
        }
        return gone.isPresent();
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

    /** Asked for at the end only: who asks for the reply of a run has it looked for until there is one. */
    private void end(EventWriter out) throws IOException {
        CompletableFuture<AgentReply> reply = run.reply().toCompletableFuture();
        while (!hasEnded(out)) {
            try {
                Duration wait = presence.patience(keepAlive);
                out.send(END, "reply", Views.REPLY.of(reply.get(wait.toMillis(), TimeUnit.MILLISECONDS)));
                return;
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof CopilotException error) {
                    out.send(END, "error", Problem.tree(error));
                    return;
                }
                throw new IllegalStateException("a run ended with an error of another kind", failed);
            } catch (TimeoutException none) {
                out.keepAlive();
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void tell(CopilotException why, EventWriter out) throws IOException {
        out.send(null, "error", Problem.tree(why));
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
