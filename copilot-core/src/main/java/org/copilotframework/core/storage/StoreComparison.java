package org.copilotframework.core.storage;

import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.spi.storage.RunHead;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.core.StoreTotals;

/** Reads two stores side by side, and stops at the first thing that is not the same in both. */
final class StoreComparison {
    private final StoreListing here;
    private final StoreListing there;
    private final StoreForm hereForm;
    private final StoreForm thereForm;
    private final LongConsumer progress;
    private final Canon all = new Canon();

    StoreComparison(Storage source, Storage target, LongConsumer progress) {
        this.here = new StoreListing(source);
        this.there = new StoreListing(target);
        this.hereForm = new StoreForm(source);
        this.thereForm = new StoreForm(target);
        this.progress = progress;
    }

    /** Refuses a target that holds tenants whom the source does not know: two stores are not to be mixed. */
    static void refuseStrangers(Storage source, Storage target) {
        Iterator<TenantId> known = new StoreListing(source).tenants();
        Iterator<TenantId> found = new StoreListing(target).tenants();
        TenantId last = null;
        while (found.hasNext()) {
            TenantId tenant = found.next();
            while (known.hasNext() && (last == null || last.value().compareTo(tenant.value()) < 0)) {
                last = known.next();
            }
            if (!tenant.equals(last)) {
                throw new ConflictException("the target holds data of tenant '" + tenant
                        + "', of whom the source has none; copy into an empty store");
            }
        }
    }

    /**
     * Compares.
     *
     * @param counters how many values of the source are counters or may be, which is not compared
     * @return what both hold
     * @throws ConflictException if they differ; names the first that is not the same
     */
    StoreTotals run(long counters) {
        sideBySide(
                here.lastingTenants(),
                there.lastingTenants(),
                Comparator.comparing(TenantId::value),
                "tenant '%s'"::formatted,
                one -> {
                    hereForm.tenant();
                    all.text(one.value());
                    sessions(one);
                    runs(one);
                    values(one);
                });
        return hereForm.totals(counters, HexFormat.of().formatHex(all.digest()));
    }

    private void sessions(TenantId tenant) {
        Function<SessionHead, String> name = one -> "session '" + one.id() + "' of tenant '" + tenant + "'";
        Comparator<SessionHead> order =
                (one, other) -> Key.compare(one.id().value(), other.id().value());
        sideBySide(here.sessions(tenant), there.sessions(tenant), order, name, one -> {
            same(name.apply(one), form -> form.session(tenant, one.id()));
            progress.accept(StoreCopy.turns(one));
        });
    }

    private void runs(TenantId tenant) {
        Function<RunHead, String> name = one -> "run " + one.id() + " of tenant '" + tenant + "'";
        Comparator<RunHead> order = Comparator.comparing(one -> one.id().value(), Comparator.reverseOrder());
        sideBySide(here.runs(tenant), there.runs(tenant), order, name, one -> {
            same(name.apply(one), form -> form.run(tenant, one.id()));
            progress.accept(1);
        });
    }

    private void values(TenantId tenant) {
        Function<StoredValue, String> name = one -> "value '" + one.key() + "' of tenant '" + tenant + "'";
        Comparator<StoredValue> order = (one, other) -> Key.compare(one.key(), other.key());
        sideBySide(here.lastingValues(tenant), there.lastingValues(tenant), order, name, one -> {
            same(name.apply(one), form -> form.value(tenant, one.key()));
            progress.accept(1);
        });
    }

    private <T> void sideBySide(
            Iterator<T> here, Iterator<T> there, Comparator<T> order, Function<T, String> name, Consumer<T> compare) {
        while (here.hasNext() || there.hasNext()) {
            T one = here.hasNext() ? here.next() : null;
            T other = there.hasNext() ? there.next() : null;
            if (one == null || (other != null && order.compare(one, other) > 0)) {
                throw differs(name.apply(Objects.requireNonNull(other)) + " is in the target only");
            } else if (other == null || order.compare(one, other) < 0) {
                throw differs(name.apply(one) + " is in the source only");
            }
            compare.accept(one);
        }
    }

    private void same(String name, Function<StoreForm, byte[]> form) {
        byte[] one = form.apply(hereForm);
        if (!Arrays.equals(one, form.apply(thereForm))) {
            throw differs(name + " is not the same in both");
        }
        all.bytes(one);
    }

    private static ConflictException differs(String what) {
        return new ConflictException("source and target differ: " + what
                + "; stop the processes that use them, and copy" + " again into an empty store");
    }
}
