package org.copilotframework.server.http;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.Blobs;

/** Files on their way to clients, whole or in part. A browser is told to save them: what a user has uploaded is no page of ours. */
final class BlobDownloads {
    private static final DateTimeFormatter DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    private final Blobs blobs;
    private final TenantShares places;

    BlobDownloads(Blobs blobs, int most) {
        this.blobs = blobs;
        this.places = new TenantShares(most, "files are sent");
    }

    Answer answer(Exchange exchange) {
        String name = BlobRoutes.name(exchange);
        BlobInfo file = BlobRoutes.stored(() -> blobs.stat(exchange.tenant(), name))
                .orElseThrow(() -> BlobRoutes.unknown(name));
        boolean known = exchange.header("If-None-Match")
                .filter(sent -> BlobTag.isAmong(sent, file.version()))
                .isPresent();
        return known ? told(new Answer(304, "", new byte[0], Map.of(), null), file) : content(exchange, file);
    }

    private Answer content(Exchange exchange, BlobInfo file) {
        Optional<ByteRange> part;
        try {
            part = wanted(exchange, file);
        } catch (ByteRange.Unsatisfiable none) {
            return Problem.of(new InvalidRequestException("header Range: the file has " + file.size() + " bytes"), 416)
                    .header("Content-Range", "bytes */" + file.size());
        }
        ByteRange range = part.orElse(new ByteRange(0, file.size()));
        Answer answer;
        if (exchange.request().getMethod().equals("HEAD") || range.length() == 0) {
            answer = new Answer(200, file.contentType(), new byte[0], Map.of(), null)
                    .header("Content-Length", Long.toString(range.length()));
        } else {
            // Held to the end: while the client takes a piece slowly, that piece is in memory.
            Gate.Place place = places.take(exchange.tenant());
            Presence presence = Presence.of(exchange, BlobRoutes.LEAVES);
            answer = Answer.pieces(
                    200, file.contentType(), new BlobPieces(blobs, exchange.tenant(), file, range, presence, place));
        }
        return told(
                part.isPresent() ? answer.status(206).header("Content-Range", range.told(file.size())) : answer, file);
    }

    /** The part that is asked for, if it is of this version. */
    private static Optional<ByteRange> wanted(Exchange exchange, BlobInfo file) throws ByteRange.Unsatisfiable {
        Optional<String> range = exchange.header("Range");
        boolean same = exchange.header("If-Range")
                .map(tag -> tag.strip().equals(BlobTag.of(file.version())))
                .orElse(true);
        return range.isPresent() && same && !exchange.request().getMethod().equals("HEAD")
                ? ByteRange.of(range.get(), file.size())
                : Optional.empty();
    }

    private static Answer told(Answer answer, BlobInfo file) {
        Answer told = answer.header("ETag", BlobTag.of(file.version()))
                .header("Last-Modified", DATE.format(file.modified()))
                .header("Accept-Ranges", "bytes")
                .header("Content-Disposition", disposition(file.name()))
                .header("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'");
        String digest = file.sha256();
        return digest == null
                ? told
                : told.header(
                        "Repr-Digest",
                        "sha-256=:"
                                + Base64.getEncoder()
                                        .encodeToString(HexFormat.of().parseHex(digest)) + ":");
    }

    /** The last segment of the name (RFC 6266). */
    private static String disposition(String name) {
        String last = name.substring(name.lastIndexOf('/') + 1);
        StringBuilder encoded = new StringBuilder("attachment; filename*=UTF-8''");
        for (char one : last.toCharArray()) {
            boolean plain = one < 0x80 && (Character.isLetterOrDigit(one) || "-._~".indexOf(one) >= 0);
            encoded.append(plain ? String.valueOf(one) : String.format("%%%02X", (int) one));
        }
        return encoded.toString();
    }
}
