package org.copilotframework.storage.s3;

import java.io.IOException;
import java.util.List;
import org.copilotframework.api.caller.TenantId;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/** Deletes all that a tenant has in a bucket, in batches of 1,000. */
final class Erasure {
    private final Bucket bucket;
    private final TenantId tenant;
    private final String folder;

    Erasure(Bucket bucket, TenantId tenant) {
        this.bucket = bucket;
        this.tenant = tenant;
        this.folder = bucket.names().folder(tenant);
    }

    long run() throws IOException {
        giveUpUploads();
        long erased = 0;
        String last = folder;
        boolean more = true;
        while (more) {
            String from = last;
            ListObjectsV2Response page = bucket.ask(s3 -> s3.listObjectsV2(
                    list -> list.bucket(bucket.name()).prefix(folder).startAfter(from)));
            List<ObjectIdentifier> keys = page.contents().stream()
                    .map(object -> ObjectIdentifier.builder().key(object.key()).build())
                    .toList();
            if (!keys.isEmpty()) {
                delete(keys);
                erased += keys.stream()
                        .filter(one -> !bucket.names().isBeside(tenant, one.key()))
                        .count();
                last = keys.get(keys.size() - 1).key();
            }
            more = Boolean.TRUE.equals(page.isTruncated()) && !keys.isEmpty();
        }
        return erased;
    }

    private void delete(List<ObjectIdentifier> keys) throws IOException {
        DeleteObjectsResponse response = bucket.ask(s3 -> s3.deleteObjects(all ->
                all.bucket(bucket.name()).delete(some -> some.objects(keys).quiet(true))));
        if (response.hasErrors() && !response.errors().isEmpty()) {
            throw new IOException("S3 did not delete " + response.errors().size() + " of " + keys.size()
                    + " files of the tenant: " + response.errors().get(0).code() + "; erase it again");
        }
    }

    /** Their parts are content of the tenant, too. */
    private void giveUpUploads() {
        boolean more = true;
        while (more) {
            ListMultipartUploadsResponse page = bucket.ask(s3 ->
                    s3.listMultipartUploads(list -> list.bucket(bucket.name()).prefix(folder)));
            for (MultipartUpload upload : page.uploads()) {
                bucket.giveUp(upload.key(), upload.uploadId());
            }
            // What was listed is gone, so the rest is the first page.
            more = Boolean.TRUE.equals(page.isTruncated()) && !page.uploads().isEmpty();
        }
    }
}
