package org.copilotframework.storage.objects;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.api.spi.blob.Blobs;
import org.jspecify.annotations.Nullable;

/**
 * One page of a tenant's files. Objects come in the order of their names, which is that of files but for long names that begin with
 * the same characters: these are put in order here, so all of them are read.
 */
public final class Listing {
    private final ObjectNames names;
    private final TenantId tenant;
    private final String prefix;
    private final String after;
    private final int limit;

    private final List<BlobEntry> page = new ArrayList<>();
    private final TreeMap<String, BlobEntry> together = new TreeMap<>();
    private @Nullable String group;

    /**
     * The page that is asked for.
     *
     * @param names how files' names become objects'
     * @param tenant whose files
     * @param prefix what their names begin with
     * @param after list those whose name sorts after this one
     * @param limit how many at most
     * @throws InvalidRequestException if no page has as many
     */
    public Listing(ObjectNames names, TenantId tenant, String prefix, String after, int limit) {
        this.names = names;
        this.tenant = Objects.requireNonNull(tenant, "tenant");
        this.prefix = Objects.requireNonNull(prefix, "prefix");
        this.after = Objects.requireNonNull(after, "after");
        this.limit = limit;
        if (limit < 1 || limit > Blobs.MAX_PAGE) {
            throw new InvalidRequestException("limit: must be from 1 to " + Blobs.MAX_PAGE + ", not " + limit);
        }
    }

    /** The objects of a bucket. */
    @FunctionalInterface
    public interface Source {
        /**
         * Lists objects in the order of their names' bytes.
         *
         * @param beginning what their names begin with
         * @param from none whose name sorts before this one; one of this name may be left out, too
         * @param page how many are asked for at a time
         * @return the objects, asked for as they are read
         */
        Iterable<Item> list(String beginning, String from, int page);
    }

    /**
     * An object.
     *
     * @param object its name
     * @param size how many bytes it has
     * @param modified when it was written
     * @param rest what is kept of its file's name beside it, null if nothing is; asked for only if its own does not tell all
     */
    public record Item(String object, long size, Instant modified, Supplier<? extends @Nullable String> rest) {}

    /**
     * Reads the page.
     *
     * @param source the objects
     * @return the files
     */
    public List<BlobEntry> read(Source source) {
        if (!ObjectNames.mayBegin(prefix) || isBehind(after)) {
            return List.of();
        }
        // One more, as the one that they come after may be among them.
        int most = Math.min(Blobs.MAX_PAGE, limit + 1);
        for (Item item : source.list(names.beginning(tenant, prefix), names.from(tenant, after), most)) {
            String itsGroup = ObjectNames.group(item.object());
            if (!Objects.equals(itsGroup, group)) {
                endGroup();
                group = itsGroup;
            }
            if (page.size() >= limit || names.isBeside(tenant, item.object())) {
                break;
            }
            String name = names.name(
                    tenant, item.object(), itsGroup == null ? null : item.rest().get());
            if (name == null) {
                continue;
            } else if (itsGroup == null && isBehind(name)) {
                break;
            } else if (name.startsWith(prefix) && name.compareTo(after) > 0) {
                take(new BlobEntry(name, item.size(), item.modified()), itsGroup != null);
            }
        }
        endGroup();
        return List.copyOf(page.subList(0, Math.min(limit, page.size())));
    }

    private void take(BlobEntry entry, boolean isOfGroup) {
        if (!isOfGroup) {
            page.add(entry);
            return;
        }
        together.put(entry.name(), entry);
        if (together.size() > limit) {
            together.pollLastEntry();
        }
    }

    private void endGroup() {
        page.addAll(together.values());
        together.clear();
    }

    /** Behind all that have the prefix: what objects begin with is sometimes a little less. */
    private boolean isBehind(String name) {
        return !name.startsWith(prefix) && name.compareTo(prefix) > 0;
    }
}
