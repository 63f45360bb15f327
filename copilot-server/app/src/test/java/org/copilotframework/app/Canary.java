package org.copilotframework.app;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * A secret that is looked for in all that a program says. Around a core that no escaping changes it has characters that readers of
 * texts trip over.
 *
 * @param name where it was sown
 * @param core what is looked for
 */
record Canary(String name, String core) {
    static Canary sown(String name) {
        return new Canary(name, "c4n4ry" + UUID.randomUUID().toString().replace("-", ""));
    }

    /** The secret itself. */
    String value() {
        return "${" + core + "/@?#%41&= \\$";
    }

    /** In which forms a text holds it; empty if it does not. */
    List<String> formsIn(String text) {
        List<String> found = new ArrayList<>();
        if (text.contains(core)) {
            found.add("as it is");
        }
        String hex = HexFormat.of().formatHex(core.getBytes(UTF_8));
        if (text.contains(hex) || text.contains(hex.toUpperCase(java.util.Locale.ROOT))) {
            found.add("in hexadecimal");
        }
        for (int before = 0; before < 3; before++) {
            if (text.contains(base64(before, Base64.getEncoder()))
                    || text.contains(base64(before, Base64.getUrlEncoder()))) {
                found.add("in base64");
            }
        }
        return found;
    }

    /** What of the core is the same in base64 whatever stands around it, if so many bytes stand before, modulo three. */
    private String base64(int before, Base64.Encoder encoder) {
        byte[] bytes = ("\0".repeat(before) + core).getBytes(ISO_8859_1);
        String encoded = encoder.withoutPadding().encodeToString(bytes);
        int end = encoded.length() - (bytes.length % 3 == 0 ? 0 : 1);
        return encoded.substring((before * 8 + 5) / 6, end);
    }
}
