package org.copilotframework.core;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * Where a plugin stands. A plugin of which an older generation is draining has one status for each.
 *
 * @param id its id; the file's name if the archive tells none
 * @param kind what it brings
 * @param version its version; empty if the archive tells none
 * @param digest the SHA-256 of its archive in lower-case hexadecimal; empty if the archive could not be read
 * @param state its state
 * @param agents the names of its agents, in order; empty if it has failed or is a provider
 * @param reason why it failed, or why a newer version of it does not serve; of a provider also what changes at the next start; else
 *     empty
 * @param origin where it came from: {@code installed}, the name of the file in the watched folder, the path of a bundled one, or
 *     the name of the manifest with {@code #} and the id
 * @param since when it came into this state
 * @param warnings what was found in the archive that does no harm now
 */
public record PluginStatus(
        String id,
        PluginKind kind,
        String version,
        String digest,
        PluginState state,
        List<String> agents,
        String reason,
        String origin,
        Instant since,
        List<String> warnings) {
    /** Checks and copies. */
    public PluginStatus {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(origin, "origin");
        Objects.requireNonNull(since, "since");
        agents = List.copyOf(agents);
        warnings = List.copyOf(warnings);
    }
}
