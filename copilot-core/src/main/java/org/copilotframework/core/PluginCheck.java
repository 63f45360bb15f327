package org.copilotframework.core;

import java.util.List;
import java.util.Objects;

/**
 * What is known of an archive without running any of its code.
 *
 * @param id the plugin's id
 * @param kind what it brings
 * @param version its version
 * @param digest the SHA-256 of the archive in lower-case hexadecimal
 * @param extensions the classes it offers
 * @param signers those who signed all of it; empty if nobody did, or the signature is good for nothing, which is a warning
 * @param warnings what was found that does no harm now
 */
public record PluginCheck(
        String id,
        PluginKind kind,
        String version,
        String digest,
        List<String> extensions,
        List<PluginSigner> signers,
        List<String> warnings) {
    /** Checks and copies. */
    public PluginCheck {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(digest, "digest");
        extensions = List.copyOf(extensions);
        signers = List.copyOf(signers);
        warnings = List.copyOf(warnings);
    }
}
