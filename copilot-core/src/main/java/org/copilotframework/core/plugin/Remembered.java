package org.copilotframework.core.plugin;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.copilotframework.core.archive.DesiredSet.Entry;
import org.copilotframework.core.archive.DesiredSet.Origin;
import org.copilotframework.core.archive.PluginStore;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.copilotframework.core.archive.StoredPlugin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was to serve when the last host on this home ended, as far as it still is. */
final class Remembered {
    private static final Logger log = LoggerFactory.getLogger(Remembered.class);

    private final Ledger ledger;
    private final PluginStore store;
    private final Candidates candidates;
    private final Deployments deployments;

    Remembered(Ledger ledger, PluginStore store, Candidates candidates, Deployments deployments) {
        this.ledger = ledger;
        this.store = store;
        this.candidates = candidates;
        this.deployments = deployments;
    }

    /** Offers what was installed, and what files stood for, before it is known what these hold by now. */
    void offer(@Nullable Path folder, List<Path> bundled) {
        Set<String> names = new TreeSet<>();
        bundled.forEach(file -> names.add(Arrivals.nameOfBundled(file)));
        for (Entry entry : ledger.entries()) {
            entry.dismissed().forEach(candidates::dismiss);
            String current = entry.current();
            if (current == null) {
                continue;
            }
            if (entry.origin() == Origin.INSTALLED) {
                reopen(entry.id(), current, candidates::installed);
                continue;
            }
            String file = entry.file();
            if (file != null && (names.contains(file) || liesIn(folder, file))) {
                // It may hold something bad by now; it still stands for this plugin then.
                candidates.expect(file, entry.id());
            }
        }
    }

    /** Offers the copies that served from files, for those that hold something else by now: the same was checked just now. */
    void offerLastServed() {
        for (Entry entry : ledger.entries()) {
            String current = entry.current();
            if (entry.origin() == Origin.INBOX
                    && current != null
                    && !candidates.fileDigests(entry.id()).contains(current)) {
                reopen(entry.id(), current, candidates::lastServed);
            }
        }
    }

    private void reopen(String id, String digest, Consumer<StoredPlugin> as) {
        try {
            as.accept(store.reopen(digest));
        } catch (RefusedArchiveException refused) {
            log.warn("The accepted copy of plugin {} cannot be used: {}", id, refused.getMessage());
            deployments.failed(id, null, digest, Candidates.INSTALLED, refused.getMessage());
        }
    }

    /** In a folder that cannot be read nothing counts as deleted. */
    private static boolean liesIn(@Nullable Path folder, String file) {
        return folder != null
                && !Path.of(file).isAbsolute()
                && (Files.exists(folder.resolve(file)) || !Files.isReadable(folder));
    }

    /** Forgets those whose file was deleted while no host ran; called when it is known what the files hold. */
    void forgetGone(boolean watched) {
        Set<String> gone = new TreeSet<>();
        for (Entry entry : ledger.entries()) {
            String file = entry.file();
            if (entry.origin() == Origin.INBOX
                    && entry.current() != null
                    && file != null
                    && (watched || Path.of(file).isAbsolute())
                    && !candidates.stands(entry.id())
                    && candidates.fileDigests(entry.id()).isEmpty()) {
                log.info("Plugin {} is removed: its file {} is gone", entry.id(), file);
                gone.add(entry.id());
            }
        }
        if (!gone.isEmpty()) {
            ledger.forget(gone);
        }
    }
}
