package org.copilotframework.storage.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.storage.objects.FileMetadata;
import org.copilotframework.storage.objects.LastSeen;
import org.copilotframework.storage.objects.ObjectNames;
import org.copilotframework.storage.objects.OwnLoader;
import org.copilotframework.storage.objects.Spelling;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** One bucket: what lies in it by which name, and what its answers mean. */
final class Bucket implements AutoCloseable {
    /** A key has 1,024 bytes, for a prefix, a tenant and a digest, too. */
    static final int MOST_OF_A_NAME = 770;

    private final String name;
    private final S3Settings settings;
    private final Connection connection;
    private final ObjectNames names;
    private final Failures failures;
    private final LastSeen seen = new LastSeen();
    /** How many files are open for reading and hold a connection. */
    private final AtomicInteger reading = new AtomicInteger();

    private final AtomicBoolean digestLost = new AtomicBoolean();

    private Bucket(
            String name, S3Settings settings, Region region, AwsCredentialsProvider credentials, SdkHttpClient http) {
        this.name = name;
        this.settings = settings;
        this.connection = new Connection(name, settings, region, credentials, http);
        this.names = new ObjectNames(settings.prefix(), MOST_OF_A_NAME, Spelling.PLAIN);
        this.failures = new Failures(
                "S3 bucket '" + name + "' "
                        + settings.endpoint()
                                .map(uri -> "at " + uri.getAuthority())
                                .orElse("in " + region),
                name,
                settings,
                reading);
    }

    /** Opens a bucket with the credentials that the SDK finds; asks S3 nothing. */
    static Bucket open(String name, S3Settings settings) {
        return OwnLoader.within(() -> {
            Region region = Access.region(settings);
            AwsCredentialsProvider credentials = Access.credentials(name);
            return new Bucket(name, settings, region, credentials, Access.http(settings));
        });
    }

    /** For tests, which give credentials and what carries the requests. */
    static Bucket open(String name, S3Settings settings, AwsCredentialsProvider credentials, SdkHttpClient http) {
        return OwnLoader.within(() -> new Bucket(name, settings, Access.region(settings), credentials, http));
    }

    String name() {
        return name;
    }

    S3Settings settings() {
        return settings;
    }

    ObjectNames names() {
        return names;
    }

    /** The place of a file, whose name's form is checked. */
    Key key(TenantId tenant, String file) {
        return new Key(file, names.of(tenant, file), names.beside(tenant, file));
    }

    AtomicInteger reading() {
        return reading;
    }

    /** True once: what the reason is concerns all large files, and need not be told of each. */
    boolean isFirstDigestLost() {
        return digestLost.compareAndSet(false, true);
    }

    Failures failures() {
        return failures;
    }

    /**
     * Asks S3 something.
     *
     * @throws SdkException if it does not succeed
     */
    <T extends @Nullable Object> T send(Function<S3Client, T> request) {
        return connection.send(request);
    }

    /**
     * Asks S3 something.
     *
     * @throws org.copilotframework.api.error.CopilotException if it does not succeed
     */
    <T extends @Nullable Object> T ask(Function<S3Client, T> request) {
        try {
            return send(request);
        } catch (SdkException failure) {
            throw failures.translated(failure);
        }
    }

    /** What is there, with the digest that lies beside it, or null if nothing is. */
    @Nullable
    Stored described(Key key) {
        Stored found = find(key);
        return found == null ? null : new DigestBeside(this, key).joined(found);
    }

    /** What is there, or null if nothing is. */
    @Nullable
    Stored find(Key key) {
        HeadObjectResponse head = head(key.text());
        return head == null ? null : Stored.of(key, head);
    }

    /** What is kept beside the content of an object; nothing, if it is not there. */
    Map<String, String> metadata(String object) {
        HeadObjectResponse head = head(object);
        return head == null ? Map.of() : FileMetadata.told(head.metadata());
    }

    private @Nullable HeadObjectResponse head(String object) {
        try {
            HeadObjectResponse head =
                    send(s3 -> s3.headObject(one -> one.bucket(name).key(object)));
            seen.now();
            return head;
        } catch (SdkException failure) {
            if (!ErrorNames.isOfAbsence(failure)) {
                throw failures.translated(ErrorNames.isWordless(failure) ? said(failure) : failure);
            }
        }
        // An answer to HEAD has no words: of a bucket that is gone it says the same.
        if (!seen.isJustNow()) {
            try {
                look();
            } catch (SdkException failure) {
                throw failures.translated(failure);
            }
        }
        return null;
    }

    /** What S3 says of itself to who asks by GET, if it refuses that, too; an answer to HEAD has only a status. */
    private SdkException said(SdkException wordless) {
        try {
            look();
            return wordless;
        } catch (SdkException told) {
            return told;
        }
    }

    /**
     * Looks whether it is there and may be read.
     *
     * @throws SdkException if not
     */
    void look() {
        send(s3 -> s3.listObjectsV2(
                list -> list.bucket(name).prefix(names.anything()).maxKeys(1)));
        seen.now();
    }

    /** Deletes the parts of an upload; it may be gone. */
    void giveUp(String key, String upload) {
        try {
            send(s3 -> s3.abortMultipartUpload(one -> one.bucket(name).key(key).uploadId(upload)));
        } catch (SdkException failure) {
            if (!ErrorNames.isOfUpload(failure)) {
                throw failures.translated(failure);
            }
        }
    }

    URI presigned(Key key, Duration validity) {
        GetObjectRequest get =
                GetObjectRequest.builder().bucket(name).key(key.text()).build();
        try {
            return connection.presigned(get, validity);
        } catch (SdkException failure) {
            throw failures.translated(failure);
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
