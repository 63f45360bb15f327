package org.copilotframework.example.assistant;

import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.Event;
import org.copilotframework.example.assistant.Reception.Arrival;
import org.jspecify.annotations.Nullable;

/** The model, at the other end of a wire that may fail. */
final class Endpoint implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    /** Who is told to wait longer than this, tells his caller instead. */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final AssistantSettings settings;
    private final String prefix;
    private final Refusals refusals;
    /** Made when it is needed: a host that starts and never talks to a model pays nothing for it. */
    private @Nullable Connections connections;

    private boolean closed;

    private record Connections(HttpClient http, ExecutorService threads) {
        /**
         * The client's own thread ends some time after nobody refers to the client. Neither it nor the others may hold the
         * plugin's classes until then.
         */
        static Connections open() {
            ClassLoader neutral = ClassLoader.getPlatformClassLoader();
            ExecutorService threads = Executors.newCachedThreadPool(work -> {
                Thread thread = new Thread(work, "assistant-endpoint");
                thread.setDaemon(true);
                thread.setContextClassLoader(neutral);
                return thread;
            });
            Thread current = Thread.currentThread();
            ClassLoader before = current.getContextClassLoader();
            current.setContextClassLoader(neutral);
            try {
                // With HTTP/2 a client asks plain http servers to upgrade, which some of them answer with an error.
                HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT)
                        .executor(threads)
                        .build();
                return new Connections(http, threads);
            } finally {
                current.setContextClassLoader(before);
            }
        }

        void close() {
            threads.shutdownNow();
        }
    }

    /**
     * Makes no connection yet.
     *
     * @param prefix what the settings' names begin with, for messages
     */
    Endpoint(AssistantSettings settings, String prefix) {
        this.settings = settings;
        this.prefix = prefix;
        this.refusals = new Refusals(settings, prefix);
    }

    /**
     * Asks the model, again if need be and if there is time.
     *
     * @param request the conversation and the tools
     * @param context the activation, whose time it takes
     * @param speech is told each piece of the text as it comes
     * @return what it said
     */
    Answer ask(ChatRequest request, AgentContext context, Consumer<String> speech) throws InterruptedException {
        for (int attempt = 1; ; attempt++) {
            Heard heard = new Heard(speech);
            try {
                return once(request, context, heard);
            } catch (EndpointFault fault) {
                Duration wait = fault.retryAfter().orElse(Duration.ZERO);
                if (wait.isZero()) {
                    wait = backOff(attempt);
                }
                // What was said cannot be taken back, so an answer that broke off is not begun again.
                boolean again = fault.kind() == EndpointFault.Kind.PASSING
                        && !heard.anything
                        && attempt < settings.attempts()
                        && wait.compareTo(LONGEST_WAIT) <= 0
                        && wait.compareTo(context.remaining()) < 0;
                if (!again) {
                    throw told(fault, wait, attempt, context);
                }
                context.logger().debug("The endpoint {}; attempt {} follows in {}", fault.words(), attempt + 1, wait);
                context.emit(new Event.Progress("the model is busy; it is asked again", null));
                Thread.sleep(wait.toMillis());
            }
        }
    }

    private static Duration backOff(int attempt) {
        long most = FIRST_WAIT.toMillis() << Math.min(attempt - 1, 5);
        return Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2));
    }

    private RuntimeException told(EndpointFault fault, Duration wait, int attempts, AgentContext context) {
        String words = "the endpoint " + settings.baseUrl().map(URI::getHost).orElse("") + " " + fault.words();
        if (fault.kind() == EndpointFault.Kind.PASSING) {
            return new UnavailableException(words + (attempts > 1 ? ", " + attempts + " times" : ""), wait);
        }
        return new AgentFailedException(context.plugin().id(), context.runId().value(), words);
    }

    private Answer once(ChatRequest request, AgentContext context, Heard heard) throws InterruptedException {
        Reception reception = new Reception();
        try (Exchange exchange = new Exchange(http(), refusals)) {
            model(exchange).chat(request, reception);
            return Answers.of(await(exchange, reception, context, heard));
        }
    }

    private synchronized HttpClient http() {
        if (closed) {
            throw new EndpointFault(EndpointFault.Kind.PASSING, "is being left: the plugin stops");
        }
        if (connections == null) {
            connections = Connections.open();
        }
        return connections.http();
    }

    private OpenAiStreamingChatModel model(Exchange exchange) {
        return OpenAiStreamingChatModel.builder()
                .httpClientBuilder(exchange)
                .baseUrl(settings.baseUrl().orElseThrow().toString())
                .apiKey(key().orElse(null))
                .modelName(settings.model().orElseThrow())
                .maxTokens(settings.maxTokens().orElse(null))
                .temperature(settings.temperature().orElse(null))
                .build();
    }

    private Optional<String> key() {
        try {
            return settings.key();
        } catch (IllegalArgumentException noKey) {
            throw new EndpointFault(EndpointFault.Kind.REFUSED, "cannot be asked: " + prefix + noKey.getMessage());
        }
    }

    private ChatResponse await(Exchange exchange, Reception reception, AgentContext context, Heard heard)
            throws InterruptedException {
        while (true) {
            Duration left = context.remaining();
            Duration patience = settings.idleTimeout().minus(exchange.silence());
            Duration wait = patience.compareTo(left) < 0 ? patience : left;
            Arrival arrival = reception.next(wait.isNegative() ? Duration.ZERO : wait);
            if (arrival instanceof Arrival.Piece piece) {
                heard.hear(piece.text());
            } else if (arrival instanceof Arrival.Whole whole) {
                return whole.response();
            } else if (arrival instanceof Arrival.Broken broken) {
                throw Answers.fault(broken.thrown());
            } else if (context.remaining().isZero()) {
                throw new DeadlineExceededException("the model did not answer in the time of the call");
            } else if (exchange.silence().compareTo(settings.idleTimeout()) >= 0) {
                throw new EndpointFault(
                        EndpointFault.Kind.PASSING,
                        "sent nothing for " + settings.idleTimeout().toSeconds() + " s (" + prefix + "idle-timeout)");
            }
            if (context.cancelled()) {
                throw new CanceledException("the call was taken back while the model answered");
            }
        }
    }

    /** Passes pieces on, and remembers whether there were any. */
    private static final class Heard {
        private final Consumer<String> speech;
        private boolean anything;

        Heard(Consumer<String> speech) {
            this.speech = speech;
        }

        void hear(String piece) {
            anything = true;
            speech.accept(piece);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (connections != null) {
            connections.close();
            connections = null;
        }
    }
}
