package org.copilotframework.core.storage;

import java.time.Duration;
import java.util.Iterator;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.CopyProgress;
import org.copilotframework.core.StoreTotals;

/**
 * Copies all that a store holds into an empty one, and then compares the two. Nobody else may use them meanwhile. A copy that
 * was cut short at any moment is just begun anew: the target carries a mark until both are the same, and what is there already
 * is not copied again. Into a store with data and without that mark nothing is ever written.
 *
 * <p>Turns keep their versions, runs their activation, steps and events. New are the fences, the versions of values, and the
 * times at which the store itself noted a change. A run that was at work and whose lease is over goes on in the target as after
 * a crash.
 */
public final class StoreCopy {
    private final Storage source;
    private final Storage target;
    private final CopyProgress progress;
    private final StoreListing listing;
    private final SessionCopy sessions;
    private final RunCopy runs;
    private final ValueCopy values;
    private final Holders holders;

    /**
     * Prepares a copy.
     *
     * @param source the store that is copied; its schema is there
     * @param target the store that is copied to; its schema is there
     * @param keepRuns how long a run that has ended is kept from its end
     * @param progress hears how far the copy is
     */
    public StoreCopy(Storage source, Storage target, Duration keepRuns, CopyProgress progress) {
        this.source = source;
        this.target = target;
        this.progress = progress;
        this.listing = new StoreListing(source);
        this.sessions = new SessionCopy(source, target);
        this.runs = new RunCopy(source, target, keepRuns);
        this.values = new ValueCopy(source, target);
        this.holders = new Holders(source.runs());
    }

    /**
     * Copies and compares.
     *
     * @return what both stores hold now
     * @throws ConflictException if the source has messages that wait to be published or runs that are at work, the target has
     *     data of its own, or the two differ in the end; says which tenant's, and what to do
     */
    public StoreTotals run() {
        CopyMark mark = new CopyMark(target);
        CopyMark.refuseTenant(source, "source");
        CopyMark.refuseTenant(target, "target");
        CopyMark.refuseUnfinished(source);
        refuseEncrypted(source, "source", "--from-plain");
        refuseEncrypted(target, "target", "--to-plain");
        boolean begun = mark.isThere();
        if (begun) {
            StoreComparison.refuseStrangers(source, target);
        }
        Survey survey = survey();
        if (begun || !new StoreListing(target).tenants().hasNext()) {
            mark.set();
            Count copied = new Count("copying", survey.total());
            listing.tenants().forEachRemaining(tenant -> copy(tenant, copied));
            StoreTotals totals = compare(survey);
            mark.remove();
            return totals;
        }
        // A copy that has ended may be asked for again; anything else that is there is somebody's own.
        try {
            return compare(survey);
        } catch (ConflictException differs) {
            throw new ConflictException("the target holds data of its own (" + differs.getMessage()
                    + "); nothing was written. Copy into an empty store, and see that --from and --to are not swapped");
        }
    }

    /** An encrypted store does not show the tenant that one sees who opens it without the encryption. */
    private static void refuseEncrypted(Storage store, String which, String option) {
        for (Iterator<TenantId> all = new StoreListing(store).tenants(); all.hasNext(); ) {
            if (all.next().equals(Encryption.KEYS)) {
                throw new ConflictException(
                        "the " + which + " is encrypted, and was opened without encryption; leave out " + option
                                + ", and set copilot.encryption.provider");
            }
        }
    }

    private StoreTotals compare(Survey survey) {
        return new StoreComparison(source, target, new Count("comparing", survey.total())::more).run(survey.counters());
    }

    /** What there is to copy, and how many values of it are counters or may be. */
    private record Survey(long total, long counters) {}

    /** Counts, and refuses what cannot be copied before anything is. */
    private Survey survey() {
        if (!source.outbox().read(1, 0).isEmpty()) {
            throw new ConflictException(
                    "the source has messages that wait to be published; let a process that publishes"
                            + " them run on it until they are gone, stop it, and copy again");
        }
        long[] found = {0};
        long[] counters = {0};
        listing.tenants().forEachRemaining(tenant -> {
            listing.sessions(tenant).forEachRemaining(session -> found[0] += turns(session));
            listing.runs(tenant).forEachRemaining(run -> {
                holders.see(run);
                found[0]++;
            });
            listing.values(tenant).forEachRemaining(value -> {
                counters[0] += values.isCounter(tenant, value) ? 1 : 0;
                found[0]++;
            });
            progress.at("counting", found[0], found[0]);
        });
        holders.refuseAtWork(() -> progress.at("waiting", found[0], found[0]));
        return new Survey(found[0], counters[0]);
    }

    private void copy(TenantId tenant, Count copied) {
        for (Iterator<SessionHead> all = listing.sessions(tenant); all.hasNext(); ) {
            sessions.copy(tenant, all.next().id(), copied::more);
        }
        for (Iterator<RunHead> all = listing.runs(tenant); all.hasNext(); ) {
            runs.copy(tenant, all.next().id());
            copied.more(1);
        }
        listing.values(tenant).forEachRemaining(value -> {
            values.copy(tenant, value.key());
            copied.more(1);
        });
    }

    static long turns(SessionHead session) {
        return session.version() - session.first() + 1;
    }

    private final class Count {
        private final String what;
        private final long total;
        private long done;

        Count(String what, long total) {
            this.what = what;
            this.total = total;
        }

        void more(long units) {
            done += units;
            progress.at(what, Math.min(done, total), total);
        }
    }
}
