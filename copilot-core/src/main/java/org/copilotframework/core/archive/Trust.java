package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginSigner;
import org.jspecify.annotations.Nullable;

/**
 * What an archive must show before it is taken up. A digest that is given is compared in any case. Safe for use by several
 * threads.
 */
public final class Trust {
    /** Nothing. */
    public static final Trust ANY = new Trust(false, null);

    /** Its SHA-256 digest, given by the caller or in a file beside it with the suffix {@code .sha256}. */
    public static final Trust DIGEST = new Trust(true, null);

    private final boolean digest;
    private final @Nullable Truststore truststore;

    private Trust(boolean digest, @Nullable Truststore truststore) {
        this.digest = digest;
        this.truststore = truststore;
    }

    /**
     * A signature over all of it, by one whose certificate is among these or chains to one of these.
     *
     * @param truststore a PKCS12 or JKS file of certificates, which is read now and not again
     * @param password its password, or null for none
     * @return the demand
     * @throws InvalidRequestException if the file cannot be read or holds no certificate
     */
    public static Trust signed(Path truststore, @Nullable String password) {
        return new Trust(false, TruststoreFile.read(truststore, password));
    }

    boolean asksForNothing() {
        return !digest && truststore == null;
    }

    boolean asksForDigest() {
        return digest;
    }

    boolean asksForSignature() {
        return truststore != null;
    }

    /**
     * Refuses an archive that is not signed as is asked for.
     *
     * @param name what a message calls it
     * @param ref which plugin it is
     * @param file where its bytes lie
     * @param bytes the same bytes, which were found fit before
     */
    void checkSignature(String name, PluginRef ref, Path file, Bytes bytes, ArchiveLimits limits)
            throws RefusedArchiveException, IOException {
        if (truststore != null) {
            Findings findings = new Findings();
            signers(file, bytes, limits, findings);
            findings.refuse(name, ref);
        }
    }

    /** Those who signed all of the archive. Tells the findings what is wrong with that, be it asked for or not. */
    List<PluginSigner> signers(Path file, Bytes bytes, ArchiveLimits limits, Findings findings) throws IOException {
        List<Signer> signers = SignedArchive.signers(file, bytes, limits, findings);
        return truststore != null
                ? truststore.judged(signers, findings)
                : signers.stream().map(signer -> signer.shown(false)).toList();
    }
}
