package org.copilotframework.server.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Makes answers smaller for those who can read that. */
final class Gzip {
    /** What is smaller fits into a packet as it is. */
    private static final int LEAST = 1_500;

    private Gzip() {}

    /**
     * The answer, compressed where that helps.
     *
     * @param accepted the header {@code Accept-Encoding}
     */
    static Answer of(Answer answer, @Nullable String accepted) {
        if (answer.content().length < LEAST || !isText(answer.type())) {
            return answer;
        }
        Answer told = answer.header("Vary", "Accept-Encoding");
        if (accepted == null || !accepts(accepted)) {
            return told;
        }
        return new Answer(told.status(), told.type(), compressed(told.content()), told.headers(), null)
                .header("Content-Encoding", "gzip");
    }

    private static boolean isText(String type) {
        return type.contains("json") || type.startsWith("text/");
    }

    private static boolean accepts(String header) {
        return Stream.of(header.toLowerCase(Locale.ROOT).split(","))
                .map(one -> one.replace(" ", ""))
                .anyMatch(one -> one.equals("gzip") || one.startsWith("gzip;q=") && !one.matches("gzip;q=0(\\.0*)?"));
    }

    private static byte[] compressed(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length / 4);
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }
}
