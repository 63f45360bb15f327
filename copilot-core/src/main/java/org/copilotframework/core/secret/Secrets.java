package org.copilotframework.core.secret;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretValue;
import org.copilotframework.core.provider.ProviderPlugins;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets that settings name. What was read is kept; those that somebody may ask for at any time are read anew in the
 * background. Safe for use by several threads once it is {@linkplain #complete complete}.
 */
public final class Secrets implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Secrets.class);
    private static final Duration SOONEST = Duration.ofSeconds(1);
    /** So that one source that hangs does not keep the secrets of another one from being read. */
    private static final int THREADS = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final SourceOrder sources;
    private final Duration refresh;
    private final LongSupplier clock;
    private final Map<String, KeptSecret> kept = new ConcurrentHashMap<>();
    private volatile @Nullable ScheduledThreadPoolExecutor timer;

    private Secrets(SourceOrder sources, Duration refresh, LongSupplier clock) {
        this.sources = sources;
        this.refresh = refresh;
        this.clock = clock;
    }

    /**
     * Opens those sources that no plugin brings.
     *
     * @param names the sources, in the order in which they are asked
     * @param refresh how long what was read is as good as new
     * @param variables the environment
     * @param contexts what a source of a name is given
     * @param loader where to look for sources
     * @param clean takes secrets out of what sources say
     * @return the secrets
     * @throws org.copilotframework.api.error.InvalidRequestException if a source refuses its settings
     */
    public static Secrets open(
            List<String> names,
            Duration refresh,
            Map<String, String> variables,
            Function<String, ProviderContext> contexts,
            ClassLoader loader,
            UnaryOperator<String> clean) {
        return open(names, refresh, variables, contexts, loader, clean, System::nanoTime);
    }

    static Secrets open(
            List<String> names,
            Duration refresh,
            Map<String, String> variables,
            Function<String, ProviderContext> contexts,
            ClassLoader loader,
            UnaryOperator<String> clean,
            LongSupplier clock) {
        return new Secrets(new SourceOrder(names, variables, contexts, loader, clean, clock), refresh, clock);
    }

    /**
     * Opens the other sources too.
     *
     * @param plugins who may bring them
     * @throws org.copilotframework.api.error.InvalidRequestException if there is no source of a name, or two, or one refuses its
     *     settings
     */
    public void complete(ProviderPlugins plugins) {
        sources.complete(plugins);
    }

    /**
     * Begins to keep secrets fresh. The threads are made now, by the host: one that is made while a plugin reads its settings would
     * hold on to that plugin for good.
     */
    public void keepFresh() {
        AtomicInteger made = new AtomicInteger();
        ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(null, task, "copilot-secrets-" + made.incrementAndGet(), 0, false);
            thread.setDaemon(true);
            thread.setContextClassLoader(Secrets.class.getClassLoader());
            return thread;
        });
        threads.prestartAllCoreThreads();
        timer = threads;
    }

    /**
     * What a secret is, for a text that is made of it once. Reads it if what was read is old.
     *
     * @param name which secret
     * @return its value
     * @throws AwaitedSourceException if a source that comes before is not there yet
     * @throws org.copilotframework.api.error.NotFoundException if no source has it
     * @throws org.copilotframework.api.error.InvalidRequestException if the name is none, or a source may not read it
     * @throws UnavailableException if its source fails, and it was never read
     */
    public SecretValue text(String name) {
        return secret(name).fresh(Asking.NOW);
    }

    /**
     * A secret that is kept fresh from now on, as long as somebody holds what this returns.
     *
     * @param name which secret
     * @return tells what it is now, from memory; throws {@link UnavailableException} as long as it could never be read
     * @throws AwaitedSourceException if a source that comes before is not there yet
     * @throws org.copilotframework.api.error.NotFoundException if no source has it
     * @throws org.copilotframework.api.error.InvalidRequestException if the name is none, or a source may not read it
     */
    public Supplier<SecretValue> live(String name) {
        KeptSecret secret = secret(name);
        Supplier<SecretValue> held = secret.held();
        Duration next = refresh;
        try {
            secret.fresh(Asking.UNLESS_DOWN);
        } catch (UnavailableException down) {
            next = soon(down);
        }
        if (secret.beginsToBeFed()) {
            readIn(next, secret);
        }
        return held;
    }

    private KeptSecret secret(String name) {
        return Objects.requireNonNull(
                kept.computeIfAbsent(name, one -> new KeptSecret(one, sources::read, refresh, clock)));
    }

    private void readIn(Duration wait, KeptSecret secret) {
        ScheduledThreadPoolExecutor threads = timer;
        if (threads != null) {
            try {
                threads.schedule(() -> readAgain(secret), wait.toNanos(), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException closed) {
                log.debug("Secrets are no longer kept fresh", closed);
            }
        }
    }

    private void readAgain(KeptSecret secret) {
        if (secret.isForgotten()) {
            return;
        }
        Duration next = refresh;
        try {
            secret.read(Asking.UNLESS_BUSY);
        } catch (BusySourceException later) {
            next = SOONEST.compareTo(refresh) < 0 ? SOONEST : refresh;
        } catch (CopilotException failed) {
            next = soon(failed);
        } catch (RuntimeException | Error fault) {
            log.error("A secret cannot be read: {}", fault.getClass().getName());
        }
        readIn(next, secret);
    }

    private Duration soon(CopilotException failed) {
        Duration wait = failed.retryAfter().orElse(refresh);
        Duration atLeast = wait.compareTo(SOONEST) < 0 ? SOONEST : wait;
        return atLeast.compareTo(refresh) < 0 ? atLeast : refresh;
    }

    /**
     * Which secrets cannot be kept fresh.
     *
     * @return sentences for an operator, without any value
     */
    public List<String> troubles() {
        return kept.values().stream()
                .map(KeptSecret::trouble)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
    }

    /**
     * What was read, to keep it out of messages.
     *
     * @return values, those before included
     */
    public List<String> values() {
        return kept.values().stream().flatMap(one -> one.seen().stream()).toList();
    }

    /**
     * Whether a name may be a secret's.
     *
     * @param name any text
     * @return whether it is short enough and printable
     */
    public static boolean isName(String name) {
        return !name.isBlank()
                && name.length() <= SecretSource.MAX_NAME
                && name.chars().noneMatch(Character::isISOControl);
    }

    /** Ends the reading and closes the sources. What was read can still be asked for. May be called more than once. */
    @Override
    public void close() {
        ScheduledThreadPoolExecutor threads = timer;
        if (threads != null) {
            threads.shutdownNow();
            try {
                if (!threads.awaitTermination(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
                    log.warn("A source of secrets does not answer, and is closed all the same");
                }
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        }
        sources.close();
    }
}
