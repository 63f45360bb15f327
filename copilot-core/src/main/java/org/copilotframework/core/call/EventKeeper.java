package org.copilotframework.core.call;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.core.run.RunHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Retains the events of stored runs in the store, in small batches: soon after the agent emits them, and before the run's next
 * change is committed. What cannot be written is left out; an agent never waits for it, and never fails by it.
 */
final class EventKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final long SOON = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int BATCH = 256;

    private final Premises premises;
    private final boolean worthwhile;

    EventKeeper(Premises premises) {
        this.premises = premises;
        this.worthwhile = premises.storage().shared();
    }

    /** The agent has emitted something. */
    void emitted(RunHandle handle) {
        if (worthwhile && handle.beginSaving()) {
            premises.workers()
                    .after(
                            SOON,
                            () -> premises.lateWrites().write(() -> {
                                handle.endSaving();
                                save(handle);
                            }));
        }
    }

    /** The run's next change is about to be committed; writes on this thread what the agent has emitted, if anything. */
    void beforeCommit(RunHandle handle) {
        if (worthwhile && handle.saving()) {
            save(handle);
        }
    }

    /** The run is suspended: whoever goes on with it shall go on with its events too. */
    void suspended(RunHandle handle) {
        if (worthwhile) {
            premises.lateWrites().write(() -> save(handle));
        }
    }

    private void save(RunHandle handle) {
        try {
            handle.save(BATCH, this::write);
        } catch (RuntimeException notWritten) {
            LOG.warn("Events of run {} are not in the store: {}", handle.id(), notWritten.toString());
        }
    }

    private void write(RunHandle handle, List<StoredEvent> events, long keepFrom) {
        premises.storage().runs().retain(handle.tenant(), handle.id(), events, keepFrom);
    }

    /** Brings the events that are stored, beyond those that are known. */
    void load(RunHandle handle) {
        if (!worthwhile) {
            return;
        }
        List<StoredEvent> page;
        do {
            page = premises.storage()
                    .runs()
                    .events(
                            handle.tenant(),
                            handle.id(),
                            handle.lastEvent(),
                            BATCH,
                            premises.limits().eventBytes());
            handle.restore(page);
        } while (page.size() == BATCH);
    }
}
