package org.copilotframework.example.docs;

import java.nio.file.Path;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;

/** What can be set, below {@code copilot.plugin.docs}. */
record DocsSettings(
        @Doc("the folder of documents") Path folder,

        @Default("false") @Doc("whether each tenant sees only the folder of its own name in that folder")
        boolean folderPerTenant,

        @Default("2000") @Doc("how many files are taken in at most, for one tenant")
        int maxFiles,

        @Default("20971520") @Doc("how large a file may be, in bytes")
        long maxFileBytes,

        @Default("50000") @Doc("how many passages are taken in at most; each takes about two kilobytes of memory")
        int maxPassages,

        @Doc("how many threads run the model; the number of processors if it is not set")
        Optional<Integer> threads) {
    DocsSettings {
        if (maxFiles < 1 || maxFileBytes < 1 || maxPassages < 1 || threads.orElse(1) < 1) {
            throw new IllegalArgumentException("max-files, max-file-bytes, max-passages and threads are 1 or more");
        }
    }

    Limits limits() {
        return new Limits(maxFiles, maxFileBytes, maxPassages);
    }
}
