package org.copilotframework.server.http;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.Blobs;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tenant's files, by their whole names; those of plugins begin with {@code plugins/}. */
final class BlobRoutes {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFace.class);
    private static final String READ = "blobs:read";
    private static final String WRITE = "blobs:write";
    private static final String DELETE = "blobs:delete";
    private static final String GROUP = "Files";

    /** What is told to whoever may not go on with a file. */
    static final String LEAVES = "the file was not moved to its end";

    private static final String ONE = "/v1/blobs/<name>";

    private static final View<Views.Page<BlobEntry>> PAGE =
            Views.page("Blobs", "blobs", Views.BLOB_ENTRY, "The 'after' of the next page; not there on the last one.");

    private static final View<BlobInfo> FILE = View.<BlobInfo>of("Blob")
            .text("name", "Its name.", BlobInfo::name)
            .whole("size", "Its size in bytes.", BlobInfo::size)
            .time("modified", "When it was written.", BlobInfo::modified)
            .text("contentType", "Its media type.", BlobInfo::contentType)
            .maybe(
                    "sha256",
                    Schema.said(Schema.text(), "The digest of its content, in hexadecimal."),
                    file -> Optional.ofNullable(file.sha256()));

    private final Blobs blobs;
    private final TenantShares uploads;
    private final BlobDownloads downloads;

    /**
     * Makes the routes.
     *
     * @param most how many files are taken at once, and how many are sent
     */
    BlobRoutes(Blobs blobs, int most) {
        this.blobs = blobs;
        this.uploads = new TenantShares(most, "files are taken");
        this.downloads = new BlobDownloads(blobs, most);
    }

    List<Route> all() {
        return List.of(
                Route.get("/v1/blobs", "listBlobs", "Lists the tenant's files by their names.")
                        .in(GROUP)
                        .scope(READ)
                        .takes("prefix", Schema.said(Schema.text(), "Those whose names begin so."))
                        .takes("after", Schema.said(Schema.text(), "Those after this name."))
                        .takes("limit", Schema.whole(1, Exchange.MOST))
                        .gives(200, "A page of files.", PAGE)
                        .by(this::list),
                Route.get(ONE, "readBlob", "Sends a file, or a part of it by the header Range.")
                        .in(GROUP)
                        .scope(READ, BlobRoutes::target)
                        .gives(200, "The file.", Body.ANY)
                        .gives(206, "The part that was asked for.", Body.ANY)
                        .gives(304, "The client has this version.", "")
                        .gives(416, "No byte of the file is within the range.", Problem.TYPE)
                        .by(downloads::answer),
                Route.put(
                                ONE,
                                "writeBlob",
                                "Takes a file, in place of one of that name. If-None-Match: * and If-Match hold.")
                        .in(GROUP)
                        .scope(WRITE, BlobRoutes::target)
                        .takes(new Route.Input(List.of(Body.ANY), Schema.with(Schema.text(), "format", "binary"), true))
                        .gives(200, "The file as it is stored.", FILE)
                        .by(this::write),
                Route.delete(ONE, "deleteBlob", "Deletes a file. If-Match holds.")
                        .in(GROUP)
                        .scope(DELETE, BlobRoutes::target)
                        .gives(204, "It is gone.", "")
                        .by(this::delete));
    }

    private Answer list(Exchange exchange) {
        int limit = exchange.limit();
        List<BlobEntry> page = stored(() -> blobs.list(
                exchange.tenant(),
                exchange.query("prefix").orElse(""),
                exchange.query("after").orElse(""),
                limit));
        return Answer.of(PAGE, Views.Page.of(page, limit, BlobEntry::name));
    }

    private Answer write(Exchange exchange) {
        if (exchange.header("Content-Range").isPresent()
                || exchange.header("Content-Encoding").isPresent()) {
            throw new InvalidRequestException("a file is taken as a whole and as it is: neither Content-Range nor"
                    + " Content-Encoding holds here");
        }
        BlobOptions options = options(exchange);
        try (Gate.Place unused = uploads.take(exchange.tenant())) {
            BlobInfo file = stored(() ->
                    blobs.write(exchange.tenant(), name(exchange), options, out -> BlobUpload.copy(exchange, out)));
            exchange.did(target(exchange), file.size() + " bytes");
            return Answer.of(FILE, file).header("ETag", BlobTag.of(file.version()));
        } catch (ConflictException other) {
            return Problem.of(other, 412);
        }
    }

    private static BlobOptions options(Exchange exchange) {
        String type = Body.said(exchange.request());
        BlobOptions options = type.isEmpty() ? BlobOptions.NONE : BlobOptions.NONE.contentType(type);
        Optional<String> unless = exchange.header("If-None-Match");
        Optional<String> version = BlobTag.demanded(exchange);
        if (unless.isPresent() && (version.isPresent() || !unless.get().strip().equals("*"))) {
            throw new InvalidRequestException(
                    "header If-None-Match: is * for a file that is not to be there, and has no"
                            + " If-Match beside it");
        }
        return version.map(options::ifVersion).orElse(unless.isPresent() ? options.ifAbsent() : options);
    }

    private Answer delete(Exchange exchange) {
        try {
            String name = name(exchange);
            String version = BlobTag.demanded(exchange).orElse(null);
            if (!stored(() -> blobs.delete(exchange.tenant(), name, version))) {
                throw unknown(name);
            }
            return Answer.nothing();
        } catch (ConflictException other) {
            return Problem.of(other, 412);
        }
    }

    /** What asks the store. */
    interface Asking<T> {
        T ask() throws IOException;
    }

    /** A store that fails may be asked again; a request that was refused on the way may not. */
    static <T> T stored(Asking<T> asking) {
        try {
            return asking.ask();
        } catch (IOException failed) {
            LOG.warn("The store of files has failed", failed);
            throw new UnavailableException("the store of files has failed", Duration.ofSeconds(1), failed);
        }
    }

    static NotFoundException unknown(String name) {
        return new NotFoundException("there is no file of the name '" + name + "'");
    }

    static String name(Exchange exchange) {
        return exchange.path("name");
    }

    private static String target(Exchange exchange) {
        return "blob/" + name(exchange);
    }
}
