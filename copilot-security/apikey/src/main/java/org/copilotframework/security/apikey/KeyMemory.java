package org.copilotframework.security.apikey;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.copilotframework.api.error.UnavailableException;

/**
 * Keys that were read from the store just now, so that not each request reads. Ids of which there is no key are remembered apart, so
 * that whoever tries many pushes no key out. Safe for use by several threads.
 */
final class KeyMemory {
    /** How often at most a secret that does not fit is reason enough to read again. */
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final int MOST = 10_000;

    /** So many ids that nobody has are looked for in a second; that of a key that was seen here before is always. */
    private static final int MOST_STRANGERS = 200;

    /** What was read, and when. */
    private record Seen(Optional<KeyShelf.Kept> kept, long since) {}

    /**
     * What is known of an id.
     *
     * @param kept the key; empty if there is none
     * @param fresh whether it was read just now
     */
    record Look(Optional<KeyShelf.Kept> kept, boolean fresh) {}

    private final KeyShelf shelf;
    private final Duration remember;
    private final LongSupplier clock;
    private final Map<String, Seen> keys = new ConcurrentHashMap<>();
    private final Map<String, Seen> strangers = new ConcurrentHashMap<>();
    private final Map<String, Long> readAgain = new ConcurrentHashMap<>();
    private final AtomicLong forgotten = new AtomicLong();
    private final PerSecond reads;

    /** When strangers were forgotten last who were looked for too long ago. */
    private volatile long swept;

    KeyMemory(KeyShelf shelf, Duration remember, LongSupplier clock) {
        this.shelf = shelf;
        this.remember = remember;
        this.clock = clock;
        this.reads = new PerSecond(MOST_STRANGERS, clock);
        this.swept = clock.getAsLong() - PAUSE.toNanos();
    }

    /**
     * What was read of an id within the time that it is remembered, or is read now.
     *
     * @throws UnavailableException if it is not known here, and so many others that nobody has were read in this second
     */
    Look get(String id) {
        Seen known = keys.get(id);
        Seen seen = known == null ? strangers.get(id) : known;
        if (seen != null && !isOver(seen.since(), remember)) {
            return new Look(seen.kept(), false);
        } else if (known == null && !reads.take()) {
            throw new UnavailableException("too many keys that nobody has are looked for; try again", PAUSE);
        }
        Optional<KeyShelf.Kept> kept = read(id);
        if (known == null && kept.isPresent()) {
            reads.giveBack();
        }
        return new Look(kept, true);
    }

    /**
     * Reads what is there now, since a secret does not fit what was remembered: another node may have changed it. Whoever sends wrong
     * ones all the time has it read once a second.
     */
    Optional<KeyShelf.Kept> again(String id, Look look) {
        Long last = readAgain.get(id);
        if (look.fresh() || (last != null && !isOver(last, PAUSE))) {
            return look.kept();
        }
        if (readAgain.size() >= MOST) {
            readAgain.values().removeIf(one -> isOver(one, PAUSE));
        }
        if (readAgain.size() >= MOST || (look.kept().isEmpty() && !reads.take())) {
            return look.kept();
        }
        readAgain.put(id, clock.getAsLong());
        return read(id);
    }

    void forget(String id) {
        forgotten.incrementAndGet();
        keys.remove(id);
        strangers.remove(id);
    }

    private Optional<KeyShelf.Kept> read(String id) {
        long forgottenBefore = forgotten.get();
        // Before it is read: what changes meanwhile is not remembered for longer than said.
        long since = clock.getAsLong();
        Optional<KeyShelf.Kept> kept = shelf.read(id);
        keys.remove(id);
        strangers.remove(id);
        Map<String, Seen> place = kept.isPresent() ? keys : strangers;
        if (place.size() >= MOST && isOver(swept, PAUSE)) {
            swept = clock.getAsLong();
            place.values().removeIf(one -> isOver(one.since(), remember));
        }
        if (place.size() < MOST && !remember.isZero()) {
            place.put(id, new Seen(kept, since));
            if (forgotten.get() != forgottenBefore) {
                // Perhaps this one was changed here after it was read.
                place.remove(id);
            }
        }
        return kept;
    }

    private boolean isOver(long since, Duration time) {
        return clock.getAsLong() - since >= time.toNanos();
    }
}
