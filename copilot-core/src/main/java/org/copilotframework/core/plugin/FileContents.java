package org.copilotframework.core.plugin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.copilotframework.core.archive.StoredPlugin;
import org.jspecify.annotations.Nullable;

/** What each file of the watched folder holds, by name and by the plugin that it stands for. Guarded by its owner. */
final class FileContents {
    /** What a file holds; one that was refused still stands for the plugin that the file held before. */
    record Content(@Nullable String id, @Nullable StoredPlugin stored) {}

    private final Map<String, Content> files = new TreeMap<>();
    /** The names of the files that stand for an id. */
    private final Map<String, Set<String>> namesById = new HashMap<>();

    @Nullable
    Content get(String name) {
        return files.get(name);
    }

    /** Notes what a file holds, null for nothing, and gives what it held. */
    @Nullable
    Content put(String name, @Nullable Content now) {
        Content before = now == null ? files.remove(name) : files.put(name, now);
        if (before != null && before.id() != null) {
            Set<String> names = namesById.getOrDefault(before.id(), Set.of());
            names.remove(name);
            if (names.isEmpty()) {
                namesById.remove(before.id());
            }
        }
        if (now != null && now.id() != null) {
            namesById.computeIfAbsent(now.id(), unused -> new TreeSet<>()).add(name);
        }
        return before;
    }

    /** The files that stand for an id, by name. */
    List<Map.Entry<String, Content>> of(String id) {
        List<Map.Entry<String, Content>> found = new ArrayList<>();
        for (String name : namesById.getOrDefault(id, Set.of())) {
            Content content = files.get(name);
            if (content != null) {
                found.add(Map.entry(name, content));
            }
        }
        return found;
    }

    /** Whether any file stands for the id, be it with an archive or without. */
    boolean knows(String id) {
        return namesById.containsKey(id);
    }

    Set<String> idsOfArchives() {
        Set<String> ids = new TreeSet<>();
        files.values().forEach(content -> {
            if (content.stored() != null && content.id() != null) {
                ids.add(content.id());
            }
        });
        return ids;
    }
}
