package org.copilotframework.storage.dynamodb;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Plans what a commit writes of its session, given the head as it was read. */
final class SessionWrites {
    /** How many old turns, and how many items of dead state, one commit deletes at most. */
    private static final int MOST_TRIMMED = 2;

    private static final int MOST_BURIED = 8;

    private final Work work;
    private final Writes writes;
    private final TenantId tenant;
    private final SessionChange change;
    private final @Nullable Item before;
    private final Item head;
    private final String life;

    private SessionWrites(
            Work work, Writes writes, TenantId tenant, SessionChange change, @Nullable Item before, Instant now) {
        this.work = work;
        this.writes = writes;
        this.tenant = tenant;
        this.change = change;
        this.before = before;
        this.life = before == null ? newLife() : before.text(SessionItems.LIFE);
        SessionId id = change.session();
        this.head = Item.at(Keys.sessionHead(tenant, id))
                .with(SessionItems.LIFE, life)
                .with(SessionItems.VERSION, change.turn().version())
                .with(SessionItems.LAST_TURN, change.turn().id())
                .with(SessionItems.CHANGED, now)
                // Changes once a day, and only then does a commit pay for the index.
                .with(TableDesign.SWEEP.hash(), Sweeper.idle(id.value()))
                .with(TableDesign.SWEEP.range(), Times.day(now));
    }

    /** Plans a session's change; {@code before} is the live head at the expected version, or null for a new session. */
    static void plan(
            Work work, Writes writes, TenantId tenant, SessionChange change, @Nullable Item before, Instant now) {
        SessionWrites plan = new SessionWrites(work, writes, tenant, change, before, now);
        plan.turn();
        plan.trim();
        plan.state();
        plan.head();
    }

    /** Plans a session whose first turns are not kept. */
    static void begin(Writes writes, TenantId tenant, SessionId id, long dropped, Instant now) {
        writes.put(
                Item.at(Keys.sessionHead(tenant, id))
                        .with(SessionItems.LIFE, newLife())
                        .with(SessionItems.VERSION, dropped)
                        .with(SessionItems.FIRST, dropped + 1)
                        .with(SessionItems.LAST_TURN, "dropped/" + dropped)
                        .with(SessionItems.CHANGED, now)
                        .with(TableDesign.SWEEP.hash(), Sweeper.idle(id.value()))
                        .with(TableDesign.SWEEP.range(), Times.day(now)),
                Expression.of("attribute_not_exists(#pk)"));
        writes.put(Item.at(Keys.sessionListed(tenant, id)));
    }

    private static String newLife() {
        return UUID.randomUUID().toString().substring(0, 8);
    }

    private void turn() {
        StoredTurn turn = change.turn();
        Item item = SessionItems.turn(Keys.turn(tenant, change.session(), turn.version()), turn, life);
        Parts.write(writes, tenant, item, turn.content().bytes(), null);
        writes.put(item);
        boolean large = !Parts.keys(item).isEmpty();
        head.with(SessionItems.LARGE_TURN, large ? Long.valueOf(turn.version()) : number(SessionItems.LARGE_TURN));
    }

    private void trim() {
        long first = before == null ? change.turn().version() : before.number(SessionItems.FIRST);
        long wanted = change.keepTurns() == 0 ? first : change.turn().version() - change.keepTurns() + 1;
        long last = Math.min(wanted, first + MOST_TRIMMED);
        Long large = number(SessionItems.LARGE_TURN);
        for (; first < last; first++) {
            Key old = Keys.turn(tenant, change.session(), first);
            if (large != null && first <= large) {
                work.get(old).ifPresent(turn -> Parts.keys(turn).forEach(writes::delete));
            }
            writes.delete(old);
        }
        head.with(SessionItems.FIRST, first);
    }

    private void state() {
        long version = change.turn().version();
        Map<String, Long> entries = before == null ? new HashMap<>() : SessionItems.entries(before);
        SortedSet<Long> dead = new TreeSet<>(entries.values());
        Map<String, AttributeValue> large = new HashMap<>();
        if (before != null) {
            AttributeValue more = before.get(SessionItems.DEAD);
            if (more != null) {
                more.ns().forEach(one -> dead.add(Long.valueOf(one)));
            }
            AttributeValue notes = before.get(SessionItems.LARGE_STATE);
            if (notes != null) {
                large.putAll(notes.m());
            }
        }
        Map<String, Payload> written = new HashMap<>();
        change.state().forEach((key, value) -> {
            if (value == null) {
                entries.remove(key);
            } else {
                entries.put(key, version);
                written.put(key, value);
            }
        });
        if (!written.isEmpty()) {
            Item item = Item.at(Keys.state(tenant, change.session(), version))
                    .with(SessionItems.VERSION, version)
                    .with(SessionItems.LIFE, life);
            Parts.write(writes, tenant, item, SessionItems.pack(written), null);
            writes.put(item);
            AttributeValue note = Parts.note(item);
            if (note != null) {
                large.put(Long.toString(version), note);
            }
        }
        dead.removeAll(entries.values());
        bury(dead, large);
        if (!entries.isEmpty()) {
            head.with(SessionItems.ENTRIES, SessionItems.entries(entries));
        }
    }

    private void bury(SortedSet<Long> dead, Map<String, AttributeValue> large) {
        List<Long> now = new ArrayList<>(dead).subList(0, Math.min(dead.size(), MOST_BURIED));
        for (Long version : now) {
            writes.delete(Keys.state(tenant, change.session(), version));
            AttributeValue note = large.remove(version.toString());
            if (note != null) {
                Parts.keys(new Item(note.m())).forEach(writes::delete);
            }
        }
        List<String> later = dead.stream().skip(now.size()).map(String::valueOf).toList();
        if (!later.isEmpty()) {
            head.with(SessionItems.DEAD, AttributeValue.fromNs(later));
        }
        if (!large.isEmpty()) {
            head.with(SessionItems.LARGE_STATE, AttributeValue.fromM(large));
        }
    }

    private void head() {
        if (before == null) {
            writes.put(head, Expression.of("attribute_not_exists(#pk)"));
            writes.put(Item.at(Keys.sessionListed(tenant, change.session())));
        } else {
            writes.put(
                    head,
                    Expression.of(
                            "#version = :version AND #life = :life AND attribute_not_exists(#deleted)",
                            ":version",
                            before.number(SessionItems.VERSION),
                            ":life",
                            life));
        }
    }

    private @Nullable Long number(String name) {
        return before == null || !before.has(name) ? null : Long.valueOf(before.number(name));
    }
}
