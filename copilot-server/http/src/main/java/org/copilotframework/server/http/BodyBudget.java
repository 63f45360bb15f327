package org.copilotframework.server.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.api.error.UnavailableException;

/**
 * How many bytes of bodies are in memory at once, of all requests together: as JSON they take a dozen times that. What is too much is
 * told to come again.
 */
final class BodyBudget {
    private final long most;
    private final AtomicLong taken = new AtomicLong();

    BodyBudget(long most) {
        this.most = most;
    }

    /** A part of the memory that there is, but room for two bodies of the largest size at least. */
    static BodyBudget of(int largest) {
        return new BodyBudget(Math.max(2L * largest, Runtime.getRuntime().maxMemory() / 64));
    }

    /** What one request has taken of it. */
    Share share() {
        return new Share();
    }

    long taken() {
        return taken.get();
    }

    final class Share implements AutoCloseable {
        private long bytes;

        /**
         * Takes more.
         *
         * @throws UnavailableException if there is no room for it
         */
        void take(long more) {
            bytes += more;
            if (taken.addAndGet(more) > most) {
                throw new UnavailableException(
                        "the bodies of all requests together are too large (copilot.http.body-bytes bounds each)",
                        Duration.ofSeconds(1));
            }
        }

        @Override
        public void close() {
            taken.addAndGet(-bytes);
            bytes = 0;
        }
    }
}
