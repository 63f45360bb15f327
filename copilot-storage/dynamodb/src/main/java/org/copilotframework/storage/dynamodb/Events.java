package org.copilotframework.storage.dynamodb;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.jspecify.annotations.Nullable;

/**
 * The retained events of runs. Events that come together are packed into one item, since a small item costs as much to write
 * as one of 1 KB. A pack is named by its last position, so that whoever reads from a position on finds its pack first.
 */
final class Events {
    private static final String FIRST = "first";

    private final Backend backend;

    Events(Backend backend) {
        this.backend = backend;
    }

    /** As {@link org.copilotframework.api.spi.storage.Runs#retain}; what one transaction does not take is left to the next. */
    boolean retain(RunLease lease, List<StoredEvent> events, long keepFrom) {
        Work work = backend.work();
        Key head = Keys.runHead(lease.tenant(), lease.id());
        String partition = head.partition();
        List<StoredEvent> wanted = events.stream()
                .filter(event -> event.position() >= keepFrom)
                .sorted(Comparator.comparingLong(StoredEvent::position))
                .toList();
        while (true) {
            Item run = work.get(head).orElse(null);
            if (run == null || run.number(RunItems.FENCE) != lease.fence()) {
                return false;
            }
            Writes writes = backend.writes();
            writes.check(head, Expression.of("#fence = :fence", ":fence", lease.fence()));
            boolean all = drop(work, writes, lease.tenant(), partition, keepFrom)
                    && add(work, writes, lease.tenant(), partition, wanted, false);
            // If a condition does not hold, somebody else was faster: the next round sees what he wrote.
            if (writes.size() == 1 || (work.write(writes) && all)) {
                return true;
            }
        }
    }

    /** Plans events that ride along with a commit, which looks at the run's fence itself. */
    static void plan(Work work, Writes writes, TenantId tenant, RunId id, List<StoredEvent> events) {
        add(work, writes, tenant, Keys.run(tenant, id), events, true);
    }

    /** Plans the packs of what is not there yet; false if there are more than one transaction should have. */
    private static boolean add(
            Work work, Writes writes, TenantId tenant, String partition, List<StoredEvent> events, boolean atOnce) {
        if (events.isEmpty()) {
            return true;
        }
        long bytes = 0;
        for (List<StoredEvent> pack : EventPacks.of(events, positions(work, partition, events))) {
            byte[] content = EventPacks.bytes(pack);
            boolean first = bytes == 0;
            bytes += content.length;
            boolean enough = bytes > Writes.MAX_BYTES / 2 || writes.size() > Writes.MAX_ITEMS / 2;
            if (enough && !first && !atOnce) {
                return false;
            }
            long last = pack.get(pack.size() - 1).position();
            Item item = Item.at(Key.of(partition, Keys.EVENTS + Keys.digits(last)))
                    .with(FIRST, pack.get(0).position());
            Parts.write(writes, tenant, item, content, null);
            writes.put(item, Expression.of("attribute_not_exists(#pk)"));
        }
        return true;
    }

    /** The positions between the first and the last of some events that are retained already. */
    private static Set<Long> positions(Work work, String partition, List<StoredEvent> events) {
        Set<Long> positions = new HashSet<>();
        long last = events.get(events.size() - 1).position();
        Iterator<Item> packs = packs(work, partition, events.get(0).position());
        while (packs.hasNext()) {
            Item pack = packs.next();
            if (pack.number(FIRST) > last) {
                break;
            }
            List<StoredEvent> there = unpack(work, pack);
            if (there != null) {
                there.forEach(event -> positions.add(event.position()));
            }
        }
        return positions;
    }

    /** Plans what goes; false if there is more than one transaction should have. */
    private static boolean drop(Work work, Writes writes, TenantId tenant, String partition, long keepFrom) {
        if (keepFrom <= 1) {
            return true;
        }
        Iterator<Item> old = work.query(Query.between(partition, Keys.EVENTS, Keys.EVENTS + Keys.digits(keepFrom - 1))
                .only(Parts.REFERENCE));
        while (old.hasNext()) {
            if (writes.size() > Writes.MAX_ITEMS / 2) {
                return false;
            }
            Parts.all(old.next()).forEach(writes::delete);
        }
        Iterator<Item> rest = packs(work, partition, keepFrom);
        Item edge = rest.hasNext() ? rest.next() : null;
        List<StoredEvent> whole = edge == null || edge.number(FIRST) >= keepFrom ? null : unpack(work, edge);
        if (edge != null && whole != null) {
            List<StoredEvent> kept =
                    whole.stream().filter(event -> event.position() >= keepFrom).toList();
            Item shorter = Item.at(edge.key()).with(FIRST, kept.get(0).position());
            Parts.write(writes, tenant, shorter, EventPacks.bytes(kept), null);
            Parts.keys(edge).forEach(writes::delete);
            writes.put(shorter, Expression.of("#first = :first", ":first", edge.number(FIRST)));
        }
        return true;
    }

    List<StoredEvent> read(TenantId tenant, RunId id, long after, int limit, long maxBytes) {
        Work work = backend.work();
        if (after == Long.MAX_VALUE) {
            return List.of();
        }
        List<StoredEvent> events = new ArrayList<>();
        long next = Math.max(after, 0) + 1;
        long bytes = 0;
        Iterator<Item> packs = packs(work, Keys.run(tenant, id), next);
        while (packs.hasNext()) {
            List<StoredEvent> pack = unpack(work, packs.next());
            if (pack == null) {
                work.pause();
                packs = packs(work, Keys.run(tenant, id), next);
                continue;
            }
            for (StoredEvent event : pack) {
                if (event.position() >= next) {
                    bytes += event.content().bytes().length;
                    if (events.size() == limit || (!events.isEmpty() && bytes > maxBytes)) {
                        return events;
                    }
                    events.add(event);
                    next = event.position() + 1;
                }
            }
        }
        return events;
    }

    /** The packs that end at a position or after it. */
    private static Iterator<Item> packs(Work work, String partition, long from) {
        return work.query(Query.between(partition, Keys.EVENTS + Keys.digits(from), Keys.EVENTS + Keys.END)
                .pages(8));
    }

    /** The events of a pack; null if it was dropped or cut since it was read. */
    private static @Nullable List<StoredEvent> unpack(Work work, Item pack) {
        byte[] packed = Parts.read(work, pack);
        return packed == null ? null : EventPacks.read(packed);
    }
}
