package org.copilotframework.core;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Somebody who signed all of an archive.
 *
 * @param name the subject of the certificate, such as {@code CN=Acme Plugins,O=Acme}
 * @param certificate the SHA-256 of the certificate in lower-case hexadecimal
 * @param expires when the certificate expires
 * @param stamped when an authority of times saw the signature, if one did
 * @param trusted whether the signature counts: the certificate is in the truststore or chains to one there. False where there
 *     is no truststore, since {@code copilot.plugins.trust} asks for no signature
 */
public record PluginSigner(
        String name, String certificate, Instant expires, Optional<Instant> stamped, boolean trusted) {
    /** Checks. */
    public PluginSigner {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(expires, "expires");
        Objects.requireNonNull(stamped, "stamped");
    }
}
