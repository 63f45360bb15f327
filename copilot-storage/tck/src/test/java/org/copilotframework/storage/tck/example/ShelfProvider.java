package org.copilotframework.storage.tck.example;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;

/** Opens {@code shelf:name}: the shelf of that name, which all who open it share. */
public final class ShelfProvider implements StorageProvider {
    /** What {@code copilot.storage.shelf.*} sets. */
    record Settings(
            @Doc("How many sessions, runs and values a shelf holds") @Default("1000000")
            int capacity) {}

    private final Map<String, Shelf> shelves = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return "shelf";
    }

    @Override
    public Set<String> schemes() {
        return Set.of("shelf");
    }

    @Override
    public Storage open(StorageUrl url, ProviderContext context) {
        if (url.path().isEmpty()) {
            throw new InvalidRequestException(
                    "copilot.storage.url (in the environment DATABASE_URL): names no shelf;" + " write shelf:name");
        }
        int capacity = context.settings(Settings.class).capacity();
        return new ShelfStorage(shelves.computeIfAbsent(url.path(), absent -> new Shelf()), capacity);
    }
}
