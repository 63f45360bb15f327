package org.copilotframework.server.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;

/** What was sent with a request, bounded in size whatever it says of itself. */
final class Body {
    private Body() {}

    /**
     * Reads it.
     *
     * @throws Refusal if it is larger than that, or does not come
     */
    static byte[] read(HttpServletRequest request, int most) throws Refusal {
        if (request.getContentLengthLong() > most) {
            throw tooLarge(most);
        }
        try (InputStream in = request.getInputStream()) {
            byte[] bytes = in.readNBytes(most);
            if (bytes.length == most && in.read() >= 0) {
                throw tooLarge(most);
            }
            return bytes;
        } catch (IOException cutShort) {
            throw new Refusal(400, "the body did not come as it was announced, or not in time");
        }
    }

    /** The type of what was sent, without parameters; empty if it is not told. */
    static String type(HttpServletRequest request) {
        String type = request.getContentType();
        return type == null ? "" : type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    }

    private static Refusal tooLarge(long most) {
        return new Refusal(413, "the body is larger than " + most + " bytes (copilot.http.body-bytes)");
    }

    /**
     * Refuses what is of another type. A page of somebody else cannot send these types without asking first.
     *
     * @throws Refusal with status 415
     */
    static void demandType(HttpServletRequest request, List<String> types) throws Refusal {
        String charset = request.getCharacterEncoding();
        boolean utf8 = charset == null || charset.equalsIgnoreCase("utf-8");
        if (!types.contains(type(request)) || !utf8) {
            throw new Refusal(
                    415, "Content-Type: one of " + String.join(", ", types) + " is expected" + (utf8 ? "" : ", in UTF-8"));
        }
    }
}
