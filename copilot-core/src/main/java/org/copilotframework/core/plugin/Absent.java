package org.copilotframework.core.plugin;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.plugin.Candidates.Candidate;
import org.jspecify.annotations.Nullable;

/** What does not serve, by plugin: since it has failed, or since its start goes on. Guarded by its owner. */
final class Absent {
    /** Why a plugin, or a newer version of it, does not serve. */
    private record Failure(String version, String digest, String origin, String reason, Instant since) {}

    private final Map<String, Failure> failures = new TreeMap<>();
    private final Map<String, PluginStatus> starting = new TreeMap<>();

    void failed(String id, @Nullable PluginRef ref, String digest, String origin, String reason) {
        starting.remove(id);
        failures.put(id, new Failure(ref == null ? "" : ref.version(), digest, origin, reason, Instant.now()));
    }

    void starting(Candidate late) {
        ArchiveInfo info = late.stored().info();
        starting.put(
                late.id(),
                new PluginStatus(
                        late.id(),
                        PluginKind.AGENT,
                        info.ref().version(),
                        info.digest(),
                        PluginState.STARTING,
                        List.of(),
                        "",
                        late.origin(),
                        Instant.now(),
                        info.warnings()));
    }

    void serves(String id) {
        starting.remove(id);
        failures.remove(id);
    }

    void forgive(String id) {
        failures.remove(id);
    }

    void forgiveFrom(String origin, @Nullable String except) {
        failures.entrySet()
                .removeIf(failure -> failure.getValue().origin().equals(origin)
                        && !failure.getKey().equals(except));
    }

    void noneStarts() {
        starting.clear();
    }

    boolean knows(String id) {
        return failures.containsKey(id) || starting.containsKey(id);
    }

    String reason(String id) {
        Failure failure = failures.get(id);
        return failure == null ? "" : failure.reason();
    }

    /** What is wrong with a version that is not the one that serves; empty if nothing is. */
    String newerThanServing(String id) {
        Failure newer = failures.get(id);
        return newer == null
                ? ""
                : (newer.version().isEmpty() ? "" : "version " + newer.version() + " in ") + newer.origin()
                        + " does not serve: " + newer.reason();
    }

    /** The digests of the archives of those of which no other version serves. */
    Set<String> digests(Predicate<String> serves) {
        Set<String> digests = new HashSet<>();
        for (PluginStatus one : statuses()) {
            if (!serves.test(one.id())) {
                digests.add(one.digest());
            }
        }
        return digests;
    }

    /** One status for each plugin, also for those of which another version serves. */
    List<PluginStatus> statuses() {
        List<PluginStatus> statuses = new ArrayList<>(starting.values());
        failures.forEach((id, failure) -> {
            if (!starting.containsKey(id)) {
                statuses.add(new PluginStatus(
                        id,
                        PluginKind.AGENT,
                        failure.version(),
                        failure.digest(),
                        PluginState.FAILED,
                        List.of(),
                        failure.reason(),
                        failure.origin(),
                        failure.since(),
                        List.of()));
            }
        });
        return statuses;
    }
}
