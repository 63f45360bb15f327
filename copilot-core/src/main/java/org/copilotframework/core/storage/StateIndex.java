package org.copilotframework.core.storage;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Stream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.RunRecord;
import org.jspecify.annotations.Nullable;

/** The keys of runs by their states. Whoever changes where a run stands has its entry's lock. */
final class StateIndex {
    private final Map<RunState, NavigableSet<Key>> byState = new EnumMap<>(RunState.class);

    StateIndex() {
        for (RunState state : RunState.values()) {
            byState.put(state, new ConcurrentSkipListSet<>());
        }
    }

    /** Lists a run where it belongs now. */
    void move(Key key, @Nullable RunRecord before, RunRecord after) {
        if (before == null || before.head().state() != after.head().state()) {
            if (before != null) {
                remove(key, before);
            }
            of(after).add(key);
        }
    }

    void remove(Key key, RunRecord run) {
        of(run).remove(key);
    }

    private NavigableSet<Key> of(RunRecord run) {
        return Objects.requireNonNull(byState.get(run.head().state()));
    }

    /** The keys of a tenant's runs before a key, the greatest first. */
    List<Key> before(Key end, @Nullable RunState state, int limit) {
        Key begin = Key.first(end.tenant());
        return byState.entrySet().stream()
                .filter(of -> state == null || of.getKey() == state)
                .flatMap(of -> of.getValue().subSet(begin, true, end, false).descendingSet().stream()
                        .limit(limit))
                .sorted(Comparator.reverseOrder())
                .distinct()
                .limit(limit)
                .toList();
    }

    Stream<Key> all(TenantId tenant) {
        return byState.values().stream().flatMap(keys -> keys.subSet(Key.first(tenant), Key.last(tenant)).stream());
    }

    /** The first run behind a key. */
    @Nullable
    Key next(Key after) {
        return byState.values().stream()
                .map(keys -> keys.higher(after))
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .orElse(null);
    }

    void clear() {
        byState.values().forEach(NavigableSet::clear);
    }
}
