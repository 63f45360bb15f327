package org.copilotframework.storage.gcs;

import com.google.auth.ServiceAccountSigner;
import com.google.cloud.ReadChannel;
import com.google.cloud.storage.Blob;
import com.google.cloud.storage.BlobId;
import com.google.cloud.storage.BlobInfo;
import com.google.cloud.storage.BlobWriteSession;
import com.google.cloud.storage.Storage;
import com.google.cloud.storage.Storage.BlobField;
import com.google.cloud.storage.Storage.BlobGetOption;
import com.google.cloud.storage.Storage.BlobListOption;
import com.google.cloud.storage.Storage.BlobSourceOption;
import com.google.cloud.storage.Storage.BlobTargetOption;
import com.google.cloud.storage.Storage.BlobWriteOption;
import com.google.cloud.storage.Storage.SignUrlOption;
import com.google.cloud.storage.StorageBatch;
import com.google.cloud.storage.StorageBatchResult;
import com.google.cloud.storage.StorageException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.storage.objects.LastSeen;
import org.jspecify.annotations.Nullable;

/** One bucket: the requests that the store makes of it, and no others. An object is named by its name and its generation. */
final class Bucket {
    private static final BlobField[] OF_A_FILE = {
        BlobField.NAME,
        BlobField.GENERATION,
        BlobField.SIZE,
        BlobField.TIME_CREATED,
        BlobField.CONTENT_TYPE,
        BlobField.METADATA
    };
    /** A generation that stands for there being no object. */
    private static final long ABSENT = 0;
    /** What a stream holds; the client has no more of a reading in memory. */
    private static final int READ = 1 << 18;

    private final Storage client;
    private final String name;
    private final String prefix;
    private final LastSeen seen = new LastSeen();

    /** With a prefix of all its names that are asked for. */
    Bucket(Storage client, String name, String prefix) {
        this.client = client;
        this.name = name;
        this.prefix = prefix;
    }

    @Nullable
    Blob find(String object) {
        Blob found = client.get(BlobId.of(name, object), BlobGetOption.fields(OF_A_FILE));
        if (found != null) {
            seen.now();
        } else if (!seen.isJustNow()) {
            // The service says the same of a bucket that is gone.
            look();
        }
        return found;
    }

    /** Looks whether it is there and may be read. */
    void look() {
        client.list(
                name, BlobListOption.prefix(prefix), BlobListOption.pageSize(1), BlobListOption.fields(BlobField.NAME));
        seen.now();
    }

    /** The objects from a name on, page by page as they are read, with the names of those that are too long. */
    Iterable<Blob> list(String beginning, String from, int page) {
        return client.list(
                        name,
                        BlobListOption.prefix(beginning),
                        BlobListOption.startOffset(from),
                        BlobListOption.pageSize(page),
                        BlobListOption.fields(
                                BlobField.NAME, BlobField.SIZE, BlobField.TIME_CREATED, BlobField.METADATA))
                .iterateAll();
    }

    ReadChannel read(String object, long generation, long from, long end) {
        ReadChannel channel =
                client.reader(BlobId.of(name, object, generation), BlobSourceOption.shouldReturnRawInputStream(true));
        channel.setChunkSize((int) Math.min(READ, end - from));
        channel.limit(end);
        try {
            channel.seek(from);
        } catch (java.io.IOException impossible) {
            throw new IllegalStateException("seeking asks nobody", impossible);
        }
        return channel;
    }

    /** Writes a whole object in one request. */
    Blob write(String object, BlobOptions options, Map<String, String> metadata, byte[] content, int length) {
        return client.create(info(object, options, metadata), content, 0, length, conditions(options));
    }

    /** Begins to write an object piece by piece, by what the service calls a resumable upload. */
    BlobWriteSession begin(String object, BlobOptions options, Map<String, String> metadata) {
        String version = options.onlyIfVersion();
        return client.blobWriteSession(
                info(object, options, metadata),
                options.onlyIfAbsent()
                        ? new BlobWriteOption[] {BlobWriteOption.doesNotExist()}
                        : version != null
                                ? new BlobWriteOption[] {BlobWriteOption.generationMatch(Long.parseLong(version))}
                                : new BlobWriteOption[0]);
    }

    private BlobInfo info(String object, BlobOptions options, Map<String, String> metadata) {
        return BlobInfo.newBuilder(BlobId.of(name, object))
                .setContentType(options.contentType())
                .setMetadata(metadata)
                .build();
    }

    private static BlobTargetOption[] conditions(BlobOptions options) {
        String version = options.onlyIfVersion();
        return options.onlyIfAbsent() || version != null
                ? new BlobTargetOption[] {
                    BlobTargetOption.disableGzipContent(),
                    BlobTargetOption.generationMatch(version == null ? ABSENT : Long.parseLong(version))
                }
                : new BlobTargetOption[] {BlobTargetOption.disableGzipContent()};
    }

    /** Adds to what is kept beside the content of a generation, which stays the same. */
    void describe(String object, long generation, Map<String, String> more) {
        client.update(
                BlobInfo.newBuilder(BlobId.of(name, object)).setMetadata(more).build(),
                BlobTargetOption.generationMatch(generation));
    }

    /** Whether there was one. */
    boolean delete(String object, @Nullable String generation) {
        BlobId id = BlobId.of(name, object);
        return generation == null
                ? client.delete(id)
                : client.delete(id, BlobSourceOption.generationMatch(Long.parseLong(generation)));
    }

    /** How many of them there were; those that one request for all leaves there are deleted one by one, or it fails. */
    long delete(List<String> objects) {
        StorageBatch batch = client.batch();
        List<StorageBatchResult<Boolean>> answers =
                objects.stream().map(one -> batch.delete(BlobId.of(name, one))).toList();
        batch.submit();
        long deleted = 0;
        for (int i = 0; i < answers.size(); i++) {
            boolean was;
            try {
                was = answers.get(i).get();
            } catch (StorageException refused) {
                // Asked for alone it is asked for again if the service is busy, and says why if it will not.
                was = delete(objects.get(i), null);
            }
            deleted += was ? 1 : 0;
        }
        return deleted;
    }

    /** Empty if the credentials cannot sign. */
    Optional<URI> sign(String object, Duration validity) {
        if (!(client.getOptions().getCredentials() instanceof ServiceAccountSigner)) {
            return Optional.empty();
        }
        return Optional.of(URI.create(client.signUrl(
                        BlobInfo.newBuilder(BlobId.of(name, object)).build(),
                        validity.toSeconds(),
                        TimeUnit.SECONDS,
                        SignUrlOption.withV4Signature(),
                        SignUrlOption.withPathStyle(),
                        SignUrlOption.withHostName(client.getOptions().getHost()))
                .toString()));
    }
}
