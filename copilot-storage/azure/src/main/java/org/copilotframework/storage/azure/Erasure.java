package org.copilotframework.storage.azure;

import com.azure.storage.blob.models.BlobItem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.spi.blob.Blobs;

/** Deletes all that lies below a tenant's name, page by page; also what is none of ours. */
final class Erasure {
    private final Container container;
    private final Calls calls;
    private final String folder;

    Erasure(Container container, Calls calls, String folder) {
        this.container = container;
        this.calls = calls;
        this.folder = folder;
    }

    long run() throws IOException {
        long erased = 0;
        for (List<String> page = page(); !page.isEmpty(); page = page()) {
            for (String blob : page) {
                erased += calls.of(() -> container.delete(blob, null)) ? 1 : 0;
            }
        }
        return erased;
    }

    private List<String> page() throws IOException {
        return calls.of(() -> {
            List<String> some = new ArrayList<>();
            for (BlobItem blob : container.list(folder, folder, Blobs.MAX_PAGE)) {
                some.add(blob.getName());
                if (some.size() == Blobs.MAX_PAGE) {
                    break;
                }
            }
            return some;
        });
    }
}
