package org.copilotframework.storage.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.util.BinaryData;
import com.azure.core.util.Context;
import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobDownloadContentResponse;
import com.azure.storage.blob.models.BlobHttpHeaders;
import com.azure.storage.blob.models.BlobItem;
import com.azure.storage.blob.models.BlobListDetails;
import com.azure.storage.blob.models.BlobProperties;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.BlockBlobItem;
import com.azure.storage.blob.models.DeleteSnapshotsOptionType;
import com.azure.storage.blob.models.DownloadRetryOptions;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.blob.options.BlockBlobCommitBlockListOptions;
import com.azure.storage.blob.options.BlockBlobSimpleUploadOptions;
import com.azure.storage.blob.sas.BlobSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One container: the requests that the store makes of it, and no others. A version is an ETag without its quotes. */
final class Container {
    private static final Logger LOG = LoggerFactory.getLogger(Container.class);
    private static final String ANY = "*";
    private static final HttpHeaderName HIERARCHICAL = HttpHeaderName.fromString("x-ms-is-hns-enabled");

    private final BlobContainerClient client;

    Container(BlobContainerClient client) {
        this.client = client;
    }

    @Nullable
    BlobProperties find(String blob) {
        try {
            return blob(blob)
                    .getPropertiesWithResponse(null, null, Context.NONE)
                    .getValue();
        } catch (BlobStorageException failure) {
            if (Failures.isAbsent(failure)) {
                return null;
            }
            throw failure;
        }
    }

    /** The blobs from a name on, page by page as they are read, with the names of those that are too long. */
    Iterable<BlobItem> list(String beginning, String from, int page) {
        ListBlobsOptions options = new ListBlobsOptions()
                .setPrefix(beginning)
                .setStartFrom(from.compareTo(beginning) < 0 ? beginning : from)
                .setDetails(new BlobListDetails().setRetrieveMetadata(true))
                .setMaxResultsPerPage(page);
        return client.listBlobs(options, null);
    }

    /** Whether the account has folders, as far as it tells; not everybody may ask. */
    boolean isHierarchical() {
        try {
            // The client asks, and does not tell.
            return "true"
                    .equalsIgnoreCase(client.getAccountInfoWithResponse(null, Context.NONE)
                            .getHeaders()
                            .getValue(HIERARCHICAL));
        } catch (BlobStorageException refused) {
            LOG.debug("the account does not tell whether its namespace is hierarchical: {}", refused.getStatusCode());
            return false;
        }
    }

    /**
     * Reads a part that lies within the blob.
     *
     * @param version which it must be, or null for any
     */
    BlobDownloadContentResponse read(String blob, long from, long length, @Nullable String version) {
        BlobRequestConditions conditions =
                version == null ? null : new BlobRequestConditions().setIfMatch(quoted(version));
        return blob(blob)
                .downloadContentWithResponse(
                        new DownloadRetryOptions(), conditions, new BlobRange(from, length), false, null, Context.NONE);
    }

    /** Writes a whole blob in one request. */
    BlockBlobItem write(String blob, BlobOptions options, Map<String, String> metadata, ByteBuffer content) {
        return blob(blob)
                .getBlockBlobClient()
                .uploadWithResponse(
                        new BlockBlobSimpleUploadOptions(BinaryData.fromByteBuffer(content))
                                .setHeaders(headers(options))
                                .setMetadata(metadata)
                                .setRequestConditions(conditions(options)),
                        null,
                        Context.NONE)
                .getValue();
    }

    /** Sends a block, which is part of no blob yet. */
    void stage(String blob, String block, ByteBuffer content) {
        blob(blob).getBlockBlobClient().stageBlock(block, BinaryData.fromByteBuffer(content));
    }

    /** Makes a blob of blocks that were sent. */
    BlockBlobItem commit(String blob, BlobOptions options, Map<String, String> metadata, List<String> blocks) {
        return blob(blob)
                .getBlockBlobClient()
                .commitBlockListWithResponse(
                        new BlockBlobCommitBlockListOptions(blocks)
                                .setHeaders(headers(options))
                                .setMetadata(metadata)
                                .setRequestConditions(conditions(options)),
                        null,
                        Context.NONE)
                .getValue();
    }

    /** Whether there was one; with its snapshots, without which it cannot be deleted. */
    boolean delete(String blob, @Nullable String version) {
        BlobRequestConditions conditions =
                version == null ? null : new BlobRequestConditions().setIfMatch(quoted(version));
        try {
            blob(blob).deleteWithResponse(DeleteSnapshotsOptionType.INCLUDE, conditions, null, Context.NONE);
            return true;
        } catch (BlobStorageException failure) {
            if (Failures.isAbsent(failure)) {
                return false;
            }
            throw failure;
        }
    }

    /** A URL by which the blob may be read until then. */
    URI sign(String blob, OffsetDateTime until, Signer signer) {
        BlobClient client = blob(blob);
        BlobServiceSasSignatureValues values =
                new BlobServiceSasSignatureValues(until, new BlobSasPermission().setReadPermission(true));
        return URI.create(client.getBlobUrl() + "?" + signer.sign(client, values));
    }

    /** Signs what a URL permits. */
    interface Signer {
        String sign(BlobClient blob, BlobServiceSasSignatureValues values);
    }

    private static BlobHttpHeaders headers(BlobOptions options) {
        return new BlobHttpHeaders().setContentType(options.contentType());
    }

    private static BlobRequestConditions conditions(BlobOptions options) {
        String version = options.onlyIfVersion();
        BlobRequestConditions conditions = new BlobRequestConditions();
        if (options.onlyIfAbsent()) {
            conditions.setIfNoneMatch(ANY);
        } else if (version != null) {
            conditions.setIfMatch(quoted(version));
        }
        return conditions;
    }

    private static String quoted(String version) {
        return "\"" + version + "\"";
    }

    private BlobClient blob(String name) {
        return client.getBlobClient(name);
    }
}
