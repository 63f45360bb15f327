package org.copilotframework.example.docs;

import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.copilotframework.example.docs.Index.IndexedFile;
import org.copilotframework.example.docs.Index.IndexedPassage;
import org.jspecify.annotations.Nullable;

/**
 * Brings an index up to date with a folder: only what is new or changed goes through the model, and a file that was only
 * moved does not. Safe for use by several threads.
 */
final class Indexer {
    /** File systems are this coarse at worst: a file changed so shortly before the last look may have changed again since. */
    private static final Duration CLOCK_GRAIN = Duration.ofSeconds(2);

    private static final int PASSAGES_AHEAD = 256;

    private final MiniLm model;

    Indexer(MiniLm model) {
        this.model = model;
    }

    /** Is told of each file that has gone through the model. */
    interface Progress {
        void indexed(String path, int done, int total);
    }

    /**
     * @param index the index as it is now
     * @param changes how many files were added, changed, moved or removed
     * @param missing how many files are still to be read, because the time was up; the next update goes on with them
     * @param interrupted whether the time was up because the thread was interrupted; its flag is cleared, so that the index
     *     can still be stored
     * @param skipped what is in the folder and not in the index
     */
    record Update(Index index, int changes, int missing, boolean interrupted, List<Skipped> skipped) {}

    /**
     * @param old the last index of this folder, or {@link Index#EMPTY}
     * @param stop asked between passages; once true, the files that are done so far are returned
     * @throws IOException if the folder cannot be read
     */
    Update update(Index old, Folder folder, Progress progress, BooleanSupplier stop) throws IOException {
        return new Run(old, folder, progress, stop).run();
    }

    private final class Run {
        private final Folder folder;
        private final Progress progress;
        private final BooleanSupplier stop;
        private final Instant now = Instant.now();
        private final Instant settled;
        private final Map<String, IndexedFile> before = new HashMap<>();
        private final Map<String, IndexedFile> contents = new HashMap<>();
        private final Map<String, IndexedFile> after = new TreeMap<>();
        private final List<Skipped> skipped = new ArrayList<>();
        private final Deque<Pending> inModel = new ArrayDeque<>();
        private int passages;
        private int waiting;
        private int changes;
        private int done;
        private int total;
        private boolean interrupted;
        private int cutOff;
        private boolean full;

        Run(Index old, Folder folder, Progress progress, BooleanSupplier stop) {
            this.folder = folder;
            this.progress = progress;
            this.stop = stop;
            this.settled = old.madeAt().minus(CLOCK_GRAIN);
            for (IndexedFile file : old.files()) {
                before.put(file.path(), file);
                contents.put(file.sha256(), file);
            }
        }

        Update run() throws IOException {
            Folder.Listing listing = folder.list();
            skipped.addAll(listing.skipped());
            List<Folder.Entry> unknown = new ArrayList<>();
            for (Folder.Entry entry : listing.files()) {
                IndexedFile known = before.remove(entry.path());
                if (known != null && unchanged(known, entry)) {
                    keep(known);
                } else {
                    unknown.add(entry);
                    if (known != null) {
                        // Until it has been read again, the earlier state is better than none.
                        after.put(known.path(), known);
                        passages += known.passages().size();
                    }
                }
            }
            changes += before.size();
            total = unknown.size();
            int missing = read(unknown);
            after.values().stream()
                    .filter(file -> !file.problem().isEmpty())
                    .forEach(file -> skipped.add(new Skipped(file.path(), file.problem())));
            skipped.sort(Comparator.comparing(Skipped::path));
            return new Update(
                    new Index(now, List.copyOf(after.values())), changes, missing, interrupted, List.copyOf(skipped));
        }

        private boolean unchanged(IndexedFile known, Folder.Entry entry) {
            return known.size() == entry.size()
                    && known.modified() == entry.modified()
                    && Instant.ofEpochMilli(entry.modified()).isBefore(settled);
        }

        /** Returns how many files are left because the time was up. */
        private int read(List<Folder.Entry> unknown) {
            int begun = 0;
            try {
                while (begun < unknown.size() && drain(PASSAGES_AHEAD)) {
                    read(unknown.get(begun++));
                }
                drain(0);
            } catch (InterruptedException e) {
                interrupted = true;
            } finally {
                interrupted |= Thread.interrupted();
                inModel.forEach(this::giveUp);
            }
            return unknown.size() - begun + inModel.size() + cutOff;
        }

        private void read(Folder.Entry entry) {
            IndexedFile earlier = after.remove(entry.path());
            passages -= earlier == null ? 0 : earlier.passages().size();
            if (full) {
                changes += earlier == null ? 0 : 1;
                skipFull(entry.path());
                return;
            }
            byte[] content;
            try {
                content = folder.content(entry);
            } catch (UnreadableFileException e) {
                if (stopped()) {
                    // An interrupt closes the file that is being read; nothing is wrong with it.
                    leave(earlier);
                } else {
                    // Not kept in the index: what the file system refuses now it may give the next time.
                    changes += earlier == null ? 0 : 1;
                    skipped.add(new Skipped(entry.path(), e.getMessage()));
                }
                return;
            }
            String sha256 = sha256(content);
            IndexedFile same = contents.get(sha256);
            if (same != null && DocumentFormat.of(same.path()).equals(DocumentFormat.of(entry.path()))) {
                changes += earlier != null && earlier.sha256().equals(sha256) ? 0 : 1;
                keep(new IndexedFile(
                        entry.path(), content.length, entry.modified(), sha256, same.problem(), same.passages()));
                done++;
            } else {
                submit(entry, earlier, content, sha256);
            }
        }

        private void submit(Folder.Entry entry, @Nullable IndexedFile earlier, byte[] content, String sha256) {
            IndexedFile file = new IndexedFile(entry.path(), content.length, entry.modified(), sha256, "", List.of());
            List<Passage> found;
            try {
                found = passages(entry, content);
            } catch (CancellationException e) {
                leave(earlier);
                return;
            } catch (UnreadableFileException e) {
                after.put(file.path(), file.unreadable(e.getMessage()));
                changes++;
                done++;
                return;
            }
            if (passages + found.size() > folder.limits().passages()) {
                changes += earlier == null ? 0 : 1;
                skipFull(entry.path());
                return;
            }
            passages += found.size();
            waiting += found.size();
            List<Future<float[]>> vectors = new ArrayList<>();
            for (Passage passage : found) {
                vectors.add(model.begin(passage.forModel()));
            }
            inModel.add(new Pending(file, earlier, found, vectors));
        }

        private List<Passage> passages(Folder.Entry entry, byte[] content) throws UnreadableFileException {
            try {
                return Chunker.passages(
                        DocumentFormat.of(entry.path()).orElseThrow().read(content, this::stopped), this::count);
            } catch (IllegalStateException e) {
                throw e; // the time is up (a CancellationException) or the model closed: the file is not to blame
            } catch (RuntimeException | StackOverflowError e) {
                // Whatever a crooked file makes of a parser, it costs this file and not the others.
                throw new UnreadableFileException(
                        "it cannot be taken apart (" + e.getClass().getSimpleName() + ")", e);
            }
        }

        private int count(String text) {
            if (stopped()) {
                throw new CancellationException("The time was up in the middle of a file");
            }
            return model.count(text);
        }

        /** The time was up in the middle of a file: its earlier state stays, and the next update reads it. */
        private void leave(@Nullable IndexedFile earlier) {
            cutOff++;
            if (earlier != null) {
                keep(earlier);
            }
        }

        /** Takes files from the model until it has few enough passages; returns false as soon as the time is up. */
        private boolean drain(int enough) throws InterruptedException {
            while (!stopped()) {
                Pending pending = inModel.peek();
                if (pending == null || waiting <= enough && enough > 0) {
                    return true;
                }
                List<IndexedPassage> indexed = new ArrayList<>();
                for (int i = 0; i < pending.passages().size() && !stopped(); i++) {
                    indexed.add(new IndexedPassage(
                            pending.passages().get(i),
                            MiniLm.result(pending.vectors().get(i))));
                }
                if (indexed.size() == pending.passages().size()) {
                    inModel.remove();
                    waiting -= indexed.size();
                    after.put(pending.file().path(), pending.file().with(indexed));
                    changes++;
                    progress.indexed(pending.file().path(), ++done, total);
                }
            }
            return false;
        }

        private boolean stopped() {
            interrupted |= Thread.interrupted();
            return interrupted || stop.getAsBoolean();
        }

        private void keep(IndexedFile file) {
            if (passages + file.passages().size() > folder.limits().passages()) {
                skipFull(file.path());
                return;
            }
            passages += file.passages().size();
            after.put(file.path(), file);
        }

        /** Once a file did not fit, those after it are not even opened: they would be read in vain with every question. */
        private void skipFull(String path) {
            full = true;
            skipped.add(
                    new Skipped(path, "the index is full (" + folder.limits().passages() + " passages)"));
        }

        private void giveUp(Pending pending) {
            pending.vectors().forEach(vector -> vector.cancel(false));
            if (pending.earlier() != null) {
                after.put(pending.earlier().path(), pending.earlier());
            }
        }
    }

    /** A file whose passages are on their way through the model, and what the index had of it. */
    private record Pending(
            IndexedFile file, @Nullable IndexedFile earlier, List<Passage> passages, List<Future<float[]>> vectors) {}

    private static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }
}
