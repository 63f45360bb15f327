package org.copilotframework.core.archive;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.core.PluginSigner;
import org.copilotframework.core.archive.TrustedChains.Purpose;
import org.jspecify.annotations.Nullable;

/**
 * Says whose signature counts.
 *
 * @param file what it was read of
 * @param trusted the certificates in it, and those that they vouch for
 */
record Truststore(Path file, TrustedChains trusted) {
    /** Says which of the signers are trusted; it is a problem if none is. */
    List<PluginSigner> judged(List<Signer> signers, Findings findings) {
        List<PluginSigner> judged = new ArrayList<>();
        List<String> doubts = new ArrayList<>();
        for (Signer signer : signers) {
            String doubt = doubt(signer, Instant.now());
            judged.add(signer.shown(doubt == null));
            if (doubt != null) {
                doubts.add(doubt);
            }
        }
        if (doubts.size() == judged.size()) {
            doubts.forEach(findings::problem);
        }
        return judged;
    }

    /** Why this signer is not trusted, with the fix; null if he is. */
    private @Nullable String doubt(Signer signer, Instant now) {
        Signer.Stamp stamp = signer.stamp();
        // Whoever gives times is looked at as of today: who can make a signature today can also make it look old.
        boolean seen = stamp != null && trusted.doubt(stamp.chain(), Purpose.TIME, now) == null;
        Instant signed = stamp != null && seen ? stamp.time() : now;
        TrustedChains.Doubt doubt = trusted.doubt(signer.chain(), Purpose.CODE, signed);
        if (doubt == null) {
            return null;
        }
        String who = "it is signed by " + Signer.named(signer.certificate()) + ", ";
        return who
                + switch (doubt.kind()) {
                    case UNKNOWN ->
                        "who is not in " + file
                                + "; if plugins of theirs may be loaded, add their certificate to it with"
                                + " keytool -importcert";
                    case EXPIRED ->
                        doubt.words() + ", and " + unseen(stamp, seen)
                                + "; sign it again, and let an authority of times see it"
                                + " (copilot plugins sign --tsa URL)";
                    case UNFIT -> doubt.words() + "; sign it with another certificate";
                };
    }

    private String unseen(Signer.@Nullable Stamp stamp, boolean seen) {
        if (stamp == null) {
            return "no authority of times saw the signature before that";
        }
        return seen
                ? "the signature was seen only on " + stamp.time()
                : "the authority of times that saw the signature, "
                        + Signer.named(stamp.chain().get(0)) + ", is not trusted by " + file;
    }
}
