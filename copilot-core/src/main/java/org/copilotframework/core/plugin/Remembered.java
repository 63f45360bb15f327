package org.copilotframework.core.plugin;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.copilotframework.core.archive.DesiredPlugin;
import org.copilotframework.core.archive.DesiredPlugin.Origin;
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

    /**
     * Offers what was installed, and notes what is there to be looked at, before it is known what it holds by now.
     *
     * @param source where plugins come from, or null for nowhere
     * @param bundled archives that come with the application
     */
    void offer(@Nullable Source source, List<Path> bundled) {
        Set<String> names = new TreeSet<>();
        bundled.forEach(file -> names.add(Arrivals.nameOfBundled(file)));
        boolean others = source == null || !source.saysAll();
        for (DesiredPlugin entry : ledger.entries()) {
            if (others) {
                entry.dismissed().forEach(candidates::dismiss);
            }
            String file = entry.file();
            if (entry.current() != null && entry.origin() == Origin.INSTALLED) {
                if (others) {
                    reopen(entry.id(), entry.current(), candidates::installed);
                }
            } else if (servedFromFile(entry)
                    && file != null
                    && (names.contains(file) || source != null && source.mayHold(file))) {
                // It may hold something bad by now; it still stands for this plugin then.
                candidates.expect(file, entry.id());
            }
        }
    }

    /** What came from another source is none of this host's business. */
    private boolean servedFromFile(DesiredPlugin entry) {
        return entry.current() != null && entry.origin() == Origin.INBOX && ledger.liesHere(entry);
    }

    /**
     * Goes on when it is known what the files hold: forgets the plugins whose file was deleted while no host ran, and offers
     * what served before where the file holds something else now.
     *
     * @param watched whether there is a source, and it is known what is there
     */
    void compare(boolean watched) {
        Set<String> gone = new TreeSet<>();
        for (DesiredPlugin entry : ledger.entries()) {
            String served = entry.current();
            if (served == null || !servedFromFile(entry)) {
                continue;
            }
            if (candidates.stands(entry.id())) {
                // Mostly the file holds what served before, and its copy was checked just now.
                if (!candidates.fileDigests(entry.id()).contains(served)) {
                    reopen(entry.id(), served, candidates::lastServed);
                }
            } else if (gone(entry, watched)) {
                log.info("Plugin {} is removed: its file {} is gone", entry.id(), entry.file());
                deployments.forgive(entry.id());
                gone.add(entry.id());
            }
        }
        if (!gone.isEmpty()) {
            ledger.forget(gone);
        }
    }

    private boolean gone(DesiredPlugin entry, boolean watched) {
        String file = entry.file();
        return file != null
                && (watched || Path.of(file).isAbsolute())
                && candidates.fileDigests(entry.id()).isEmpty();
    }

    private void reopen(String id, String digest, Consumer<StoredPlugin> as) {
        try {
            as.accept(store.reopen(digest));
        } catch (RefusedArchiveException refused) {
            log.warn("The accepted copy of plugin {} cannot be used: {}", id, refused.getMessage());
            deployments.failed(id, null, digest, Candidates.INSTALLED, refused.getMessage());
        }
    }
}
