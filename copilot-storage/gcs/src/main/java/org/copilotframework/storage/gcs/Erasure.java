package org.copilotframework.storage.gcs;

import com.google.cloud.storage.Blob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.spi.blob.Blobs;

/** Deletes all that lies below a tenant's name, in batches; also what is none of ours. */
final class Erasure {
    /** How many objects are deleted in one request, as the service allows. */
    private static final int BATCH = 100;

    private final Bucket bucket;
    private final Calls calls;
    private final String folder;

    Erasure(Bucket bucket, Calls calls, String folder) {
        this.bucket = bucket;
        this.calls = calls;
        this.folder = folder;
    }

    long run() throws IOException {
        String from = folder;
        long erased = 0;
        while (true) {
            List<String> page = page(from);
            for (int at = 0; at < page.size(); at += BATCH) {
                List<String> batch = page.subList(at, Math.min(page.size(), at + BATCH));
                erased += calls.of(() -> bucket.delete(batch));
            }
            if (page.size() < Blobs.MAX_PAGE) {
                return erased;
            }
            from = page.get(page.size() - 1);
        }
    }

    private List<String> page(String from) throws IOException {
        return calls.of(() -> {
            List<String> some = new ArrayList<>();
            for (Blob object : bucket.list(folder, from, Blobs.MAX_PAGE)) {
                some.add(object.getName());
                if (some.size() == Blobs.MAX_PAGE) {
                    break;
                }
            }
            return some;
        });
    }
}
