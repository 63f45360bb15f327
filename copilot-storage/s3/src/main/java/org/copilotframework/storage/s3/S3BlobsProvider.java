package org.copilotframework.storage.s3;

import java.util.Optional;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.blob.BlobsProvider;
import org.copilotframework.storage.objects.Refusals;

/** Opens stores of files in an S3 bucket: {@code STORAGE_PROVIDER=s3}. */
public final class S3BlobsProvider implements BlobsProvider {
    private static final Pattern BUCKET =
            Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]|arn:[A-Za-z0-9:/_.-]{1,500}");

    /** For {@link java.util.ServiceLoader} and the plugin host. */
    public S3BlobsProvider() {}

    @Override
    public String name() {
        return "s3";
    }

    @Override
    public Blobs open(Optional<String> bucket, ProviderContext context) {
        String name = bucket.filter(text -> BUCKET.matcher(text).matches())
                .orElseThrow(() -> new InvalidRequestException(Refusals.BUCKET
                        + (bucket.isPresent() ? " is no bucket's name" : " is not set")
                        + "; expected is a name such as my-files, without s3:// before it"));
        if (name.endsWith("--x-s3") || name.endsWith("--xa-s3")) {
            throw new InvalidRequestException(Refusals.BUCKET + ": '" + name + "' is a directory bucket (S3 Express One"
                    + " Zone), which lists in no order; name a general purpose bucket");
        }
        return new S3Blobs(Bucket.open(name, context.settings(S3Settings.class)));
    }
}
