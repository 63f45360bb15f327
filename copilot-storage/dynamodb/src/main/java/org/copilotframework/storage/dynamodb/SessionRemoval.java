package org.copilotframework.storage.dynamodb;

import java.util.Iterator;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.session.SessionId;

/**
 * Deletes sessions. A session may have more items than a transaction takes: so its head is marked first, from when on it is
 * gone for everybody, then goes all else, and then the head. Whoever finds a marked head, here or in another process, finishes
 * what somebody has left half done.
 */
final class SessionRemoval {
    private static final int AT_ONCE = 50;

    private final Backend backend;

    SessionRemoval(Backend backend) {
        this.backend = backend;
    }

    /** Deletes a session to which nothing was committed since a day; false if there is none. */
    boolean remove(Work work, TenantId tenant, SessionId id, long idleSinceDay) {
        Item head = work.get(Keys.sessionHead(tenant, id)).orElse(null);
        if (head == null) {
            return false;
        }
        boolean mine = !head.has(SessionItems.DELETED)
                && work.update(
                                true,
                                head.key(),
                                Expression.of(
                                        "SET #deleted = :deleted, #swept = :swept, #from = :from",
                                        ":deleted",
                                        "yes",
                                        ":swept",
                                        Sweeper.gone(id.value()),
                                        ":from",
                                        0),
                                Expression.of(
                                        "#life = :life AND #from <= :day",
                                        ":life",
                                        head.text(SessionItems.LIFE),
                                        ":day",
                                        idleSinceDay))
                        .isPresent();
        if (mine || head.has(SessionItems.DELETED)) {
            finish(work, tenant, id, head);
        }
        return mine;
    }

    /** Deletes all that is left of a session whose head is marked. */
    void finish(Work work, TenantId tenant, SessionId id, Item head) {
        String life = head.text(SessionItems.LIFE);
        Expression same = Expression.of("attribute_not_exists(#pk) OR #life = :life", ":life", life);
        Iterator<Item> items =
                work.query(Query.all(head.key().partition()).only(Parts.REFERENCE + ", #" + SessionItems.LIFE));
        while (items.hasNext()) {
            // A session of this name may have begun since, if another process was faster: its items are of another
            // life.
            Writes writes = backend.writes();
            while (items.hasNext() && writes.size() < AT_ONCE) {
                Item item = items.next();
                if (!item.key().equals(head.key())
                        && item.text(SessionItems.LIFE).equals(life)) {
                    work.delete(Parts.keys(item));
                    writes.delete(item.key(), same);
                }
            }
            if (!writes.isEmpty() && !work.write(writes)) {
                return;
            }
        }
        Writes last = backend.writes();
        last.delete(head.key(), Expression.of("#life = :life AND attribute_exists(#deleted)", ":life", life));
        last.delete(Keys.sessionListed(tenant, id));
        work.write(last);
    }
}
