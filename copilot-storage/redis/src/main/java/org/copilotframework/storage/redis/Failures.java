package org.copilotframework.storage.redis;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.copilotframework.api.error.UnavailableException;

/** What went wrong in some of the shards while the others were asked. Safe for use by several threads. */
final class Failures {
    private final RedisLink link;
    private final Queue<RuntimeException> all = new ConcurrentLinkedQueue<>();

    Failures(RedisLink link) {
        this.link = link;
    }

    /** Does work, and remembers its failure. */
    void gather(Runnable work) {
        try {
            work.run();
        } catch (UnavailableException failed) {
            all.add(failed);
        }
    }

    /** Waits for nothing: a failure that comes later is remembered, and something else given in its place. */
    <T> CompletableFuture<T> gather(CompletableFuture<T> sent, T instead) {
        return sent.exceptionally(thrown -> {
            all.add(link.fault(thrown));
            return instead;
        });
    }

    /** Throws the first of them, with the others beside it; does nothing if there are none. */
    void raise() {
        RuntimeException first = all.poll();
        if (first != null) {
            all.forEach(first::addSuppressed);
            throw first;
        }
    }
}
