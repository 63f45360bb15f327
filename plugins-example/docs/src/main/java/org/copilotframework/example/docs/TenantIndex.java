package org.copilotframework.example.docs;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.copilotframework.api.agent.AgentBlobs;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's index. It is kept in the tenant's blobs; what is in memory is a copy that is used as long as the stored file is
 * still the one it was read from or written to. One call at a time brings it up to date, the others wait.
 */
final class TenantIndex {
    static final String FILE = "index.cdox";

    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable BlobInfo stored;
    private Index index = Index.EMPTY;
    private Search search = new Search(Index.EMPTY);

    /**
     * @param search over the index as it is now
     * @param index the index
     * @param update what was done to bring it up to date
     * @param rebuilt why the stored index was not used, empty if it was
     */
    record Current(Search search, Index index, Indexer.Update update, String rebuilt) {}

    /**
     * Brings the index up to date as far as the call's time allows, and stores it if it changed.
     *
     * @throws UnavailableException if another call is at it until this call's time is up
     * @throws InterruptedException if the thread is interrupted; what was done is stored
     */
    Current upToDate(Indexer indexer, Folder folder, AgentContext context) throws IOException, InterruptedException {
        Duration spare = spare(context.remaining());
        if (!turn.tryLock(context.remaining().minus(spare).toMillis(), TimeUnit.MILLISECONDS)) {
            throw new UnavailableException("Another question is bringing the index up to date", Duration.ofSeconds(5));
        }
        try {
            String rebuilt = load(context.blobs(), folder.limits());
            if (!rebuilt.isEmpty()) {
                context.progress("The stored index cannot be used: " + rebuilt + ". It is made anew", 0);
            }
            BooleanSupplier stop =
                    () -> context.cancelled() || context.remaining().compareTo(spare) < 0;
            Indexer.Update update = indexer.update(index, folder, new Report(context), stop);
            boolean interrupted = update.interrupted();
            Search found = update.changes() > 0 ? new Search(update.index()) : search;
            // Both or none: a search over another index would give wrong answers from then on.
            index = update.index();
            search = found;
            if (update.changes() > 0) {
                interrupted |= store(context.blobs());
            }
            if (interrupted) {
                throw new InterruptedException();
            }
            return new Current(search, index, update, rebuilt);
        } finally {
            turn.unlock();
        }
    }

    /** Stores the index; returns whether an interrupt came in between, which is then to be passed on. */
    private boolean store(AgentBlobs blobs) throws IOException {
        try {
            stored = blobs.write(FILE, out -> IndexFormat.write(index, out));
            return false;
        } catch (IOException e) {
            if (!Thread.interrupted()) {
                throw e;
            }
            // The interrupt closed the file. What was read would be read again: the next question is worth a second
            // try.
            stored = blobs.write(FILE, out -> IndexFormat.write(index, out));
            return true;
        }
    }

    /** What is kept back of the call's time to store the index and to answer. */
    private static Duration spare(Duration remaining) {
        long millis = remaining.dividedBy(10).toMillis();
        return Duration.ofMillis(Math.min(5_000, Math.max(200, millis)));
    }

    private String load(AgentBlobs blobs, Limits limits) throws IOException {
        Optional<BlobInfo> found = blobs.stat(FILE);
        if (found.isPresent() && found.get().equals(stored)) {
            return "";
        }
        Index read = Index.EMPTY;
        String problem = "";
        Optional<InputStream> content = blobs.read(FILE);
        if (content.isPresent()) {
            try (InputStream in = content.get()) {
                read = IndexFormat.read(in, limits);
            } catch (UnreadableIndexException e) {
                problem = e.getMessage();
            }
        }
        Search over = new Search(read);
        index = read;
        search = over;
        stored = found.orElse(null);
        return problem;
    }

    /** Tells the caller of the work, in at most a hundred events. */
    private static final class Report implements Indexer.Progress {
        private final AgentContext context;
        private int told = -1;
        private boolean ended;

        Report(AgentContext context) {
            this.context = context;
        }

        @Override
        public void indexed(String path, int done, int total) {
            int percent = 100 * done / total;
            if (percent > told) {
                told = percent;
                try {
                    context.progress("Read " + path + " (" + done + " of " + total + ")", (double) done / total);
                } catch (ConflictException e) {
                    ended = true; // the activation is over: what is read is still worth storing
                }
            }
        }
    }
}
