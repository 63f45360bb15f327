package org.copilotframework.security.jwt;

import com.nimbusds.jose.JWSAlgorithm;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.copilotframework.api.error.UnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of an issuer, read anew in the background by a thread of its own. A key that is not known has them read at once, but not
 * more often than the settings say: whoever invents names of keys makes the issuer no work, and has few threads wait. While the issuer
 * cannot be reached, the keys that were read last are used. Safe for use by several threads.
 */
final class IssuerKeys implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IssuerKeys.class);
    private static final Duration SOON = Duration.ofSeconds(1);

    /** So many requests wait for keys at once; the rest is told to come again. */
    private static final int MOST_WAITING = 8;

    private final IssuerPages pages;
    private final JwtSettings settings;
    private final LongSupplier clock;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private final ScheduledThreadPoolExecutor reader;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Held held;
    private volatile @Nullable String trouble;

    // Guarded by the lock.
    private @Nullable CompletableFuture<Boolean> reading;
    private @Nullable Future<?> next;
    private long begun;
    private int failures;
    private boolean closed;

    /** Keys, and when they were read. */
    private record Held(KeySet keys, long since) {}

    /**
     * Begins to read.
     *
     * @param clock in nanoseconds
     * @throws org.copilotframework.api.error.InvalidRequestException if an address is wrong
     */
    IssuerKeys(String issuer, JwtSettings settings, LongSupplier clock) {
        this.pages = new IssuerPages(issuer, settings);
        this.settings = settings;
        this.clock = clock;
        this.reader = new ScheduledThreadPoolExecutor(1, work -> {
            Thread thread = new Thread(work, "copilot-jwt-keys");
            thread.setDaemon(true);
            thread.setContextClassLoader(IssuerKeys.class.getClassLoader());
            return thread;
        });
        reader.setRemoveOnCancelPolicy(true);
        begin();
    }

    /**
     * The keys that may have signed a token.
     *
     * @param id the key that it names; null if it names none
     * @return empty if the issuer has no such key
     * @throws UnavailableException if that cannot be told now
     */
    List<VerifyKey> fitting(@Nullable String id, JWSAlgorithm algorithm) {
        Held now = usable();
        List<VerifyKey> found = now == null ? List.of() : now.keys().fitting(id, algorithm);
        if (!found.isEmpty()) {
            return found;
        }
        CompletableFuture<Boolean> newer = readUnlessJustRead();
        if (newer != null) {
            await(newer);
            now = usable();
        }
        if (now == null) {
            throw new UnavailableException("the keys of the issuer of tokens cannot be read now", settings.pause());
        }
        return now.keys().fitting(id, algorithm);
    }

    private @Nullable Held usable() {
        Held now = held;
        return now == null
                        || clock.getAsLong() - now.since()
                                >= settings.keysLife().toNanos()
                ? null
                : now;
    }

    private void await(CompletableFuture<Boolean> newer) {
        if (!waiting.tryAcquire()) {
            throw new UnavailableException("the keys of the issuer of tokens are being read", SOON);
        }
        try {
            newer.get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            throw new UnavailableException("the issuer of tokens does not answer in time", settings.pause(), late);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            throw new UnavailableException("was interrupted while keys were read", SOON, ending);
        } catch (ExecutionException never) {
            throw new IllegalStateException("reading never fails like this", never);
        } finally {
            waiting.release();
        }
    }

    /** What is being read, or begins to be; null if the issuer was asked just now, and is left alone. */
    private @Nullable CompletableFuture<Boolean> readUnlessJustRead() {
        lock.lock();
        try {
            boolean just = clock.getAsLong() - begun < settings.pause().toNanos();
            return reading == null && just ? null : begin();
        } finally {
            lock.unlock();
        }
    }

    private CompletableFuture<Boolean> begin() {
        lock.lock();
        try {
            CompletableFuture<Boolean> now = reading;
            if (now != null) {
                return now;
            }
            CompletableFuture<Boolean> promise = new CompletableFuture<>();
            if (closed) {
                promise.complete(false);
                return promise;
            }
            if (next != null) {
                next.cancel(false);
            }
            reading = promise;
            begun = clock.getAsLong();
            reader.execute(() -> read(promise));
            return promise;
        } finally {
            lock.unlock();
        }
    }

    private void read(CompletableFuture<Boolean> promise) {
        boolean done = false;
        try {
            long since = clock.getAsLong();
            held = new Held(pages.read(), since);
            done = true;
            if (trouble != null) {
                LOG.info("the keys of the issuer of tokens are read again");
            }
            trouble = null;
        } catch (IOException | RuntimeException failed) {
            String said = String.valueOf(failed.getMessage());
            if (!said.equals(trouble)) {
                LOG.warn("the keys of the issuer of tokens cannot be read: {}", said);
                LOG.debug("how it failed", failed);
            }
            trouble = said;
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } finally {
            finished(promise, done);
        }
    }

    private void finished(CompletableFuture<Boolean> promise, boolean done) {
        lock.lock();
        try {
            reading = null;
            failures = done ? 0 : Math.min(failures + 1, 20);
            if (!closed) {
                long pause = settings.pause().toNanos() << Math.min(failures, 6);
                long delay = done
                        ? settings.refresh().toNanos()
                        : Math.min(pause, settings.refresh().toNanos());
                next = reader.schedule((Runnable) this::begin, delay, TimeUnit.NANOSECONDS);
            }
        } finally {
            lock.unlock();
            promise.complete(done);
        }
    }

    /** What is amiss. */
    List<String> troubles() {
        String what = trouble;
        if (what == null) {
            Held now = held;
            return now == null || !now.keys().keys().isEmpty()
                    ? List.of()
                    : List.of("the issuer of tokens has published no keys; no token of it is accepted until it does");
        }
        return List.of("the keys of the issuer of tokens cannot be read: " + what
                + (usable() == null
                        ? "; no token of it is accepted until they are"
                        : "; those that were read last are used for at most " + settings.keysLife()
                                + " (copilot.security.jwt.keys-life)"));
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            reader.shutdownNow();
        } finally {
            lock.unlock();
        }
    }
}
