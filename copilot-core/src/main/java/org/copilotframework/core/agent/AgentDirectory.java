package org.copilotframework.core.agent;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.copilotframework.api.client.Catalogue;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.error.NotFoundException;
import org.jspecify.annotations.Nullable;

/**
 * The agents that can be called now, as one immutable snapshot that the plugin host replaces as a whole. Reading takes no
 * lock.
 */
public final class AgentDirectory implements Catalogue {
    /**
     * Where a name leads: to an agent, or to a room in which to wait for one.
     *
     * @param agent the agent; null only while its plugin is exchanged exclusively
     * @param room where to wait, or null if the agent can be called
     * @param entry how the catalogue shows it
     */
    public record Place(
            @Nullable HostedAgent agent, @Nullable WaitingRoom room, CatalogueEntry entry) {}

    private static final int NEAR = 3;

    private record Snapshot(Map<String, Place> places, List<CatalogueEntry> entries) {}

    private volatile Snapshot snapshot = new Snapshot(Map.of(), List.of());

    /**
     * Replaces all places at once. Called by the plugin host only, one thread at a time.
     *
     * @param places the places by agent name
     */
    public void publish(Map<String, Place> places) {
        List<CatalogueEntry> entries =
                new TreeMap<>(places).values().stream().map(Place::entry).toList();
        snapshot = new Snapshot(new HashMap<>(places), entries);
    }

    /**
     * Finds the place of an agent.
     *
     * @param name the agent's name
     * @return its place in the snapshot of this moment
     * @throws NotFoundException if there is none; names those that come near
     */
    public Place place(String name) {
        Place place = snapshot.places().get(name);
        if (place == null) {
            throw NotFoundException.named("agent", shown(name), near(name));
        }
        return place;
    }

    @Override
    public List<CatalogueEntry> list() {
        return snapshot.entries();
    }

    @Override
    public Optional<CatalogueEntry> find(String name) {
        return Optional.ofNullable(snapshot.places().get(name)).map(Place::entry);
    }

    @Override
    public List<String> near(String name) {
        record Near(String name, int distance) {}
        String wanted = name.substring(0, Math.min(name.length(), 128));
        int tolerance = Math.max(2, wanted.length() / 3);
        return snapshot.entries().stream()
                .map(entry -> entry.agent().name())
                .map(known ->
                        new Near(known, known.startsWith(wanted) && !wanted.isEmpty() ? 0 : distance(wanted, known)))
                .filter(near -> near.distance() <= tolerance)
                .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
                .limit(NEAR)
                .map(Near::name)
                .toList();
    }

    /** A name from outside may be long or hostile; a message shows its printable beginning. */
    private static String shown(String name) {
        String printable = name.replaceAll("[^\\x20-\\x7E]", "?");
        return printable.length() <= 64 ? printable : printable.substring(0, 64) + "...";
    }

    /** Levenshtein's distance, by the two-row form of Wagner and Fischer (1974). */
    private static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[b.length()];
    }
}
