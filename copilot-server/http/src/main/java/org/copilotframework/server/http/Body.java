package org.copilotframework.server.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What was sent with a request, bounded in size whatever it says of itself. */
final class Body {
    /** Whatever type. */
    static final String ANY = "*/*";

    private static final int PIECE = 1 << 13;
    private static final Pattern CHARSET = Pattern.compile("(?i);\\s*charset\\s*=([^;]*)");

    private Body() {}

    /**
     * Reads it.
     *
     * @param share takes its bytes from what there is for all bodies
     * @throws Refusal if it is larger than that, does not come, or comes too slowly
     */
    static byte[] read(HttpServletRequest request, int most, BodyBudget.Share share, Pace pace) throws Refusal {
        if (request.getContentLengthLong() > most) {
            throw tooLarge(most);
        }
        long began = System.nanoTime();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] piece = new byte[pieceOf(request.getContentLengthLong())];
        try (InputStream in = request.getInputStream()) {
            int read = in.read(piece);
            if (read > 0 && read == request.getContentLengthLong() && isHttp1(request)) {
                // All that was announced, and nothing else says that it ends.
                share.take(read);
                return read == piece.length ? piece : Arrays.copyOf(piece, read);
            }
            for (; read >= 0; read = in.read(piece)) {
                if (body.size() + read > most) {
                    throw tooLarge(most);
                }
                share.take(read);
                body.write(piece, 0, read);
                pace.demand(began, body.size());
            }
            return body.toByteArray();
        } catch (IOException cutShort) {
            throw new Refusal(400, "the body did not come as it was announced, or not in time");
        }
    }

    private static boolean isHttp1(HttpServletRequest request) {
        return request.getProtocol().startsWith("HTTP/1");
    }

    /** As large as what is announced, which is little as a rule. */
    private static int pieceOf(long announced) {
        return announced < 0 ? PIECE : (int) Math.max(1, Math.min(PIECE, announced));
    }

    /** The type of what was sent, without parameters; empty if it is not told. */
    static String type(HttpServletRequest request) {
        return type(said(request));
    }

    private static String type(String said) {
        int parameters = said.indexOf(';');
        return (parameters < 0 ? said : said.substring(0, parameters)).strip().toLowerCase(Locale.ROOT);
    }

    /** As the header says it, empty without one: a container that is asked for the type fails if it does not know the charset. */
    static String said(HttpServletRequest request) {
        return String.join(",", Collections.list(request.getHeaders("Content-Type")));
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
        String said = said(request);
        if (types.contains(ANY) || types.contains(said)) {
            return;
        }
        Matcher charset = CHARSET.matcher(said);
        boolean utf8 = !charset.find() || charset.group(1).strip().matches("(?i)utf-8|\"utf-8\"");
        if (!types.contains(type(said)) || !utf8) {
            throw new Refusal(
                    415,
                    "Content-Type: one of " + String.join(", ", types) + " is expected" + (utf8 ? "" : ", in UTF-8"));
        }
    }
}
