package org.copilotframework.storage.dynamodb;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.OutboxRecord;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The messages that wait, in the order of their stamps. */
final class DynamoOutbox implements Outbox {
    /** How many packs one request looks at or fetches. */
    private static final int MOST_PACKS = 100;

    private static final String HEAD = Parts.REFERENCE + ", #tenant, #messages, #removed, #bytes";

    private final Backend backend;

    DynamoOutbox(Backend backend) {
        this.backend = backend;
    }

    /**
     * Looks first which packs wait, without their content, and then fetches those that there is room for: the eight shards
     * together, not each of them.
     */
    @Override
    public List<OutboxRecord> read(int limit, long maxBytes) {
        return read("", -1, limit, maxBytes);
    }

    @Override
    public List<OutboxRecord> readAfter(OutboxRecord after, int limit, long maxBytes) {
        String[] id = after.id().split("/", -1);
        if (id.length != 4 || !id[3].matches("[0-9]{1,9}")) {
            throw new InvalidRequestException("'" + after.id() + "' is no id that this outbox gave");
        }
        return read(id[1] + "/" + id[2], Integer.parseInt(id[3]), limit, maxBytes);
    }

    /** Those behind a message of a pack; with an empty name all of them. */
    private List<OutboxRecord> read(String behind, int number, int limit, long maxBytes) {
        Limits.check(limit, MAX_PAGE);
        Work work = backend.work();
        List<Pack> waiting = new ArrayList<>();
        for (int shard = 0; shard < Keys.SHARDS; shard++) {
            List<Pack> first = packs(work, shard, behind, limit, maxBytes);
            waiting.addAll(first.isEmpty() ? first : settled(first, packs(work, shard, behind, limit, maxBytes)));
        }
        waiting.sort(Comparator.comparing(Pack::place));
        OutboxPage page = new OutboxPage(behind, number, limit, maxBytes);
        for (int from = 0; from < waiting.size() && page.isOpen(); ) {
            List<Pack> some = together(waiting.subList(from, waiting.size()), page.room());
            Map<Key, Item> found = work.get(some.stream().map(Pack::key).toList());
            some.stream()
                    .map(pack -> found.get(pack.key()))
                    .filter(Objects::nonNull)
                    .forEach(pack -> page.add(work, pack));
            from += some.size();
        }
        return page.messages();
    }

    /** A pack without its content. */
    private record Pack(Item item) {
        Key key() {
            return item.key();
        }

        String place() {
            return item.bytes(TableDesign.SORT).asUtf8String();
        }

        String tenant() {
            return item.text(OutboxItems.TENANT);
        }

        long messages() {
            AttributeValue removed = item.get(OutboxItems.REMOVED);
            return item.number(OutboxItems.MESSAGES)
                    - (removed == null ? 0 : removed.ns().size());
        }

        /** A little more than the content of its messages. */
        long bytes() {
            return Parts.length(item);
        }
    }

    /** The first of a shard: with so many messages, or until they are more bytes than are wanted. */
    private static List<Pack> packs(Work work, int shard, String behind, int limit, long maxBytes) {
        List<Pack> found = new ArrayList<>();
        long messages = 0;
        long room = maxBytes;
        // The pack of the message itself may have others behind it.
        Query query = behind.isEmpty()
                ? Query.all(Keys.outbox(shard))
                : Query.since(Keys.outbox(shard), SdkBytes.fromUtf8String(behind));
        Iterator<Item> packs =
                work.query(query.pages(Math.min(limit, MOST_PACKS)).only(HEAD));
        while (messages < limit && room >= 0 && packs.hasNext()) {
            Pack pack = new Pack(packs.next());
            boolean begun = pack.place().equals(behind);
            messages += begun ? 0 : pack.messages();
            // What was removed of it already takes no room of what is given.
            room -= !begun && pack.messages() == pack.item().number(OutboxItems.MESSAGES) ? pack.bytes() : 0;
            found.add(pack);
        }
        return found;
    }

    /** As many of the next packs as there is room for, and at least one. */
    private static List<Pack> together(List<Pack> packs, long room) {
        int count = 1;
        long bytes = packs.get(0).bytes();
        while (count < Math.min(packs.size(), MOST_PACKS)
                && bytes + packs.get(count).bytes() <= room) {
            bytes += packs.get(count++).bytes();
        }
        return packs.subList(0, count);
    }

    /**
     * A query is no snapshot: it may see a message and not the one before it, if both were committed while it went on. A
     * second query sees all that was there when the first one ended. What turns out to come too early waits for the next read.
     */
    private static List<Pack> settled(List<Pack> first, List<Pack> second) {
        Set<String> seen = new HashSet<>();
        first.forEach(pack -> seen.add(pack.place()));
        Map<String, String> missed = new HashMap<>();
        for (Pack pack : second) {
            if (!seen.contains(pack.place())) {
                missed.putIfAbsent(pack.tenant(), pack.place());
            }
        }
        return first.stream()
                .filter(pack -> {
                    String earlier = missed.get(pack.tenant());
                    return earlier == null || earlier.compareTo(pack.place()) > 0;
                })
                .toList();
    }

    @Override
    public void remove(Collection<OutboxRecord> published) {
        Work work = backend.longWork();
        Map<Key, List<String>> packs = new LinkedHashMap<>();
        for (OutboxRecord message : published) {
            String[] id = message.id().split("/", -1);
            packs.computeIfAbsent(
                            Key.of(Keys.outbox(Integer.parseInt(id[0])), id[1] + "/" + id[2]),
                            pack -> new ArrayList<>())
                    .add(id[3]);
        }
        Map<Key, Item> found = work.get(packs.keySet());
        List<Key> done = new ArrayList<>();
        packs.forEach((key, indexes) -> {
            Item pack = found.get(key);
            if (pack != null && empty(work, pack, indexes)) {
                done.addAll(Parts.keys(pack));
                done.add(key);
            }
        });
        // The messages first: whoever reads a pack without its parts would wait for them for ever.
        List<Key> heads = done.stream().filter(packs::containsKey).toList();
        work.delete(heads);
        work.delete(done.stream().filter(key -> !packs.containsKey(key)).toList());
    }

    private static boolean empty(Work work, Item pack, List<String> indexes) {
        AttributeValue before = pack.get(OutboxItems.REMOVED);
        long left = Stream.concat(indexes.stream(), before == null ? Stream.of() : before.ns().stream())
                .distinct()
                .count();
        if (left == pack.number(OutboxItems.MESSAGES)) {
            return true;
        }
        return work.update(
                        true,
                        pack.key(),
                        Expression.of(
                                "ADD #removed :removed",
                                ":removed",
                                AttributeValue.fromNs(List.copyOf(new HashSet<>(indexes)))),
                        Expression.of("attribute_exists(#tenant)"))
                .filter(now -> now.get(OutboxItems.REMOVED) != null
                        && now.get(OutboxItems.REMOVED).ns().size() == now.number(OutboxItems.MESSAGES))
                .isPresent();
    }
}
