package org.copilotframework.core.storage;

import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.StreamSupport;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.core.naming.HostTenant;

/** All that a store holds, in the order that the contract gives, in memory only a page of it. */
final class StoreListing {
    private static final int HEADS = 500;
    /** Of what may be large. */
    private static final int CONTENTS = 64;

    private static final long BYTES = 16L << 20;

    private final Storage store;

    StoreListing(Storage store) {
        this.store = store;
    }

    /**
     * Those who have anything; but for the mark of a copy, and what nodes tell each other. A store may list one whose values are all
     * over and not swept yet.
     */
    Iterator<TenantId> tenants() {
        return tenants(tenant -> sessions(tenant).hasNext()
                || runs(tenant).hasNext()
                || values(tenant).hasNext());
    }

    /** Those who have anything that has no end of its own. */
    Iterator<TenantId> lastingTenants() {
        return tenants(tenant -> sessions(tenant).hasNext()
                || runs(tenant).hasNext()
                || lastingValues(tenant).hasNext());
    }

    private Iterator<TenantId> tenants(Predicate<TenantId> which) {
        Iterable<TenantId> all = () -> new Pages<>(last -> store.tenants(last, HEADS));
        return StreamSupport.stream(all.spliterator(), false)
                .filter(tenant -> !tenant.equals(CopyMark.TENANT) && !tenant.equals(HostTenant.ID))
                .filter(which)
                .iterator();
    }

    /** The tenant's sessions, without their state. */
    Iterator<SessionHead> sessions(TenantId tenant) {
        return new Pages<>(last -> store.sessions().list(tenant, last == null ? null : last.id(), HEADS));
    }

    /** The tenant's runs, the greatest id first. */
    Iterator<RunHead> runs(TenantId tenant) {
        return new Pages<>(last -> store.runs().list(tenant, null, last == null ? null : last.id(), HEADS));
    }

    Iterator<StoredValue> values(TenantId tenant) {
        return new Pages<>(last -> store.values().list(tenant, "", last == null ? "" : last.key(), CONTENTS, BYTES));
    }

    /** Those that have no end of their own. */
    Iterator<StoredValue> lastingValues(TenantId tenant) {
        Iterable<StoredValue> all = () -> values(tenant);
        // In this order: a value whose time ends in between is gone, and does not seem to live for always.
        return StreamSupport.stream(all.spliterator(), false)
                .filter(value -> store.values().remaining(tenant, value.key()).isEmpty()
                        && store.values().get(tenant, value.key()).isPresent())
                .iterator();
    }

    Iterator<StepRecord> steps(TenantId tenant, RunId run) {
        return new Pages<>(last -> store.runs().steps(tenant, run, last == null ? "" : last.key(), CONTENTS, BYTES));
    }

    Iterator<StoredEvent> events(TenantId tenant, RunId run) {
        return new Pages<>(
                last -> store.runs().events(tenant, run, last == null ? 0 : last.position(), CONTENTS, BYTES));
    }

    /**
     * Reads turns in the order of their versions. A store gives the latest up to a version, and fewer where they are large:
     * then fewer are asked for, so that none is missing at the beginning.
     */
    void turns(TenantId tenant, SessionId session, long first, long last, Consumer<StoredTurn> reader) {
        int most = CONTENTS;
        for (long next = first; next <= last; ) {
            int limit = (int) Math.min(most, last - next + 1);
            List<StoredTurn> page = store.sessions().turns(tenant, session, next + limit - 1, limit, BYTES);
            if (page.isEmpty()) {
                return;
            } else if (page.size() < limit && limit > 1) {
                most = limit / 2;
            } else {
                page.forEach(reader);
                next += limit;
            }
        }
    }
}
