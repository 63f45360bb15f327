package org.copilotframework.storage.dynamodb;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.OutboxRecord;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The messages that wait, in the order of their stamps. */
final class DynamoOutbox implements Outbox {
    private final Backend backend;

    DynamoOutbox(Backend backend) {
        this.backend = backend;
    }

    /** A message that was read, with all that is needed to remove it. */
    private record Waiting(String place, OutboxRecord message) {
        long bytes() {
            return message.message().content().bytes().length;
        }

        List<String> order() {
            return List.of(message.tenant().value(), message.message().key());
        }
    }

    @Override
    public List<OutboxRecord> read(int limit, long maxBytes) {
        return read("", limit, maxBytes);
    }

    @Override
    public List<OutboxRecord> readAfter(OutboxRecord after, int limit, long maxBytes) {
        String[] id = after.id().split("/", -1);
        if (id.length != 4 || !id[3].matches("[0-9]{1,9}")) {
            throw new InvalidRequestException("'" + after.id() + "' is no id that this outbox gave");
        }
        return read(place(id[1] + "/" + id[2], Integer.parseInt(id[3])), limit, maxBytes);
    }

    private static String place(String pack, int index) {
        return pack + "/" + Keys.digits(index);
    }

    private List<OutboxRecord> read(String behind, int limit, long maxBytes) {
        Limits.check(limit, MAX_PAGE);
        Work work = backend.work();
        List<Waiting> all = new ArrayList<>();
        for (int shard = 0; shard < Keys.SHARDS; shard++) {
            List<Waiting> first = read(work, shard, behind, limit, maxBytes);
            all.addAll(first.isEmpty() ? first : settled(first, read(work, shard, behind, limit, maxBytes)));
        }
        all.sort(Comparator.comparing(Waiting::place));
        List<OutboxRecord> page = new ArrayList<>();
        long room = maxBytes;
        for (Waiting waiting : all) {
            room -= waiting.bytes();
            if (page.size() == limit || (room < 0 && !page.isEmpty())) {
                break;
            }
            page.add(waiting.message());
        }
        return page;
    }

    /** The first of a shard behind a place: so many, or until they are more bytes than are wanted. */
    private static List<Waiting> read(Work work, int shard, String behind, int limit, long maxBytes) {
        List<Waiting> found = new ArrayList<>();
        long room = maxBytes;
        // The pack of the message itself may have others behind it.
        String from = behind.substring(0, Math.max(0, behind.lastIndexOf('/')));
        Query query = from.isEmpty()
                ? Query.all(Keys.outbox(shard))
                : Query.since(Keys.outbox(shard), SdkBytes.fromUtf8String(from));
        Iterator<Item> packs = work.query(query.pages(Math.min(limit, 100)));
        while (found.size() < limit && room >= 0 && packs.hasNext()) {
            Item pack = packs.next();
            byte[] content = Parts.read(work, pack);
            if (content != null) {
                List<OutboxMessage> messages = OutboxItems.unpack(content);
                AttributeValue removed = pack.get(OutboxItems.REMOVED);
                String name = pack.bytes(TableDesign.SORT).asUtf8String();
                for (int i = 0; i < messages.size() && found.size() < limit; i++) {
                    if (place(name, i).compareTo(behind) > 0
                            && (removed == null || !removed.ns().contains(Integer.toString(i)))) {
                        room -= messages.get(i).content().bytes().length;
                        found.add(new Waiting(
                                place(name, i),
                                new OutboxRecord(
                                        new TenantId(pack.text(OutboxItems.TENANT)),
                                        shard + "/" + name + "/" + i,
                                        messages.get(i))));
                    }
                }
            }
        }
        return found;
    }

    /**
     * A query is no snapshot: it may see a message and not the one before it, if both were committed while it went on. A
     * second query sees all that was there when the first one ended. What turns out to come too early waits for the next read.
     */
    private static List<Waiting> settled(List<Waiting> first, List<Waiting> second) {
        Set<String> seen = new HashSet<>();
        first.forEach(waiting -> seen.add(waiting.message().id()));
        Map<List<String>, String> missed = new LinkedHashMap<>();
        for (Waiting waiting : second) {
            if (!seen.contains(waiting.message().id())) {
                missed.putIfAbsent(waiting.order(), waiting.place());
            }
        }
        return first.stream()
                .filter(waiting -> {
                    String earlier = missed.get(waiting.order());
                    return earlier == null || earlier.compareTo(waiting.place()) > 0;
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
