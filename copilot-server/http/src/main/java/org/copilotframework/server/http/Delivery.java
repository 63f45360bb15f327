package org.copilotframework.server.http;

import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings answers to those who asked: the headers, and the content in the way that fits it. */
final class Delivery {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFace.class);

    private final Pace pace;
    private final OpenStreams streams;
    private final SlowTakers takers;

    Delivery(Pace pace, OpenStreams streams, ScheduledExecutorService clock) {
        this.pace = pace;
        this.streams = streams;
        this.takers = new SlowTakers(clock);
    }

    /**
     * Begins to send an answer.
     *
     * @param places are given back when all has gone out, or cannot any more
     */
    void send(Answer made, Places places, Context context) {
        boolean head = isHead(context.req().getMethod());
        boolean whole = made.stream() == null && made.pieces() == null;
        Answer answer = whole ? Gzip.of(made, context.header("Accept-Encoding")) : made;
        sendHead(answer, context);
        Answer.Streaming stream = answer.stream();
        if (stream != null && !head) {
            stream(stream, places, context);
            return;
        }
        places.giveBackStream();
        Answer.Pieces pieces = answer.pieces();
        long length = pieces == null ? answer.content().length : pieces.length();
        boolean small = pieces == null && length <= SmallSending.MOST;
        if (length > 0 && (head || !small)) {
            context.res().setContentLengthLong(length);
        }
        if (length == 0 || head) {
            // The container sends the headers by itself, and waits for nobody.
            places.close();
        } else if (pieces != null) {
            context.future(() -> write(pieces, places, context));
        } else {
            // Also for what was refused: it was taken, so it is answered before the server stops.
            places.takeForAnswer();
            if (small && context.req().isAsyncStarted()) {
                write(answer.content(), places, context);
            } else {
                context.future(() -> write(answer.content(), places, context));
            }
        }
    }

    static boolean isHead(String method) {
        return method.equals("HEAD");
    }

    private static void sendHead(Answer answer, Context context) {
        context.status(answer.status());
        answer.headers().forEach((name, value) -> {
            if (name.equals("Vary")) {
                context.res().addHeader(name, value);
            } else {
                context.header(name, value);
            }
        });
        if (!answer.type().isEmpty()) {
            // Else the one that was assumed of the type before would be added.
            context.res().setCharacterEncoding(null);
            context.contentType(answer.type());
        }
    }

    private CompletableFuture<Void> write(byte[] content, Places places, Context context) {
        HttpServletRequest request = context.req();
        Duration time = pace.of(content.length);
        try {
            ServletOutputStream out = context.res().getOutputStream();
            Sending sending = content.length <= SmallSending.MOST
                    ? new SmallSending(request, out, content, takers, time, places::close)
                    : new WholeSending(request, out, content, takers, time, places::close);
            return sending.begin();
        } catch (IOException | RuntimeException fault) {
            return notBegun(places::close, fault);
        }
    }

    private CompletableFuture<Void> write(Answer.Pieces pieces, Places places, Context context) {
        Runnable gone = () -> {
            pieces.close();
            places.close();
        };
        try {
            return new PieceSending(
                            context.req(),
                            context.res().getOutputStream(),
                            pieces,
                            takers,
                            pace.of(pieces.length()),
                            streams::run,
                            gone)
                    .begin();
        } catch (IOException | RuntimeException fault) {
            return notBegun(gone, fault);
        }
    }

    private static CompletableFuture<Void> notBegun(Runnable gone, Exception fault) {
        gone.run();
        LOG.debug("An answer could not be begun", fault);
        return CompletableFuture.completedFuture(null);
    }

    /** From here on the stream has a thread of its own, and the request's thread serves others. */
    private void stream(Answer.Streaming stream, Places places, Context context) {
        context.header("Cache-Control", "no-store").header("X-Accel-Buffering", "no");
        context.future(() -> {
            StreamEnd ended = StreamEnd.of(context.req());
            try {
                streams.begin(stream, () -> {
                    try (places) {
                        write(stream, context.res().getOutputStream());
                    } catch (IOException | IllegalStateException left) {
                        LOG.debug("A client left its stream of events before it began", left);
                    } finally {
                        ended.tell();
                    }
                });
            } catch (RuntimeException | Error none) {
                LOG.warn("A stream of events gets no thread", none);
                places.close();
                context.status(503).header("Retry-After", "1");
                ended.tell();
            }
            return ended.future();
        });
    }

    /** One that fails ends with an event that says so: a client that hears nothing comes back for ever. */
    static void write(Answer.Streaming stream, OutputStream to) {
        try {
            EventWriter out = new EventWriter(to);
            try {
                stream.to(out);
            } catch (RuntimeException | Error fault) {
                String incident = Reception.incident();
                LOG.error("Incident {}: a stream of events failed", incident, fault);
                out.send(RunStream.END, "error", Problem.faultTree(incident));
            }
        } catch (IOException | IllegalStateException left) {
            LOG.debug("A client left its stream of events", left);
        }
    }
}
