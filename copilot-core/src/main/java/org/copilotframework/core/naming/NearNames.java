package org.copilotframework.core.naming;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Finds the known names that come near one that is not known. */
public final class NearNames {
    private static final int MOST = 3;
    private static final int LONGEST = 128;
    private static final int SHOWN = 64;

    private record Near(String name, int distance) {}

    private NearNames() {}

    /**
     * The known names nearest to a wanted one.
     *
     * @param wanted what was asked for; only its beginning is compared, so a hostile name costs little
     * @param known the names there are
     * @return at most three of them, the nearest first; empty if none comes near
     */
    public static List<String> of(String wanted, Collection<String> known) {
        String beginning = wanted.substring(0, Math.min(wanted.length(), LONGEST));
        return of(beginning, known, Math.max(2, beginning.length() / 3));
    }

    /**
     * The same, for who knows how near.
     *
     * @param wanted what was asked for; only its beginning is compared
     * @param known the names there are
     * @param tolerance how many letters may be another, missing or too much
     * @return at most three of them, the nearest first; empty if none comes near
     */
    public static List<String> of(String wanted, Collection<String> known, int tolerance) {
        String beginning = wanted.substring(0, Math.min(wanted.length(), LONGEST));
        return known.stream()
                .map(name -> new Near(name, distance(beginning, name)))
                .filter(near -> near.distance() <= tolerance)
                .sorted(Comparator.comparingInt(Near::distance).thenComparing(Near::name))
                .limit(MOST)
                .map(Near::name)
                .toList();
    }

    /**
     * A name from outside as a message may show it.
     *
     * @param name the name, which may be long or hostile
     * @return its printable beginning
     */
    public static String shown(String name) {
        return shown(name, SHOWN);
    }

    /**
     * A text from outside as a message may show it.
     *
     * @param name the text, which may be long or hostile
     * @param most how many characters of it
     * @return its printable beginning
     */
    public static String shown(String name, int most) {
        int end = Math.min(name.length(), most);
        String printable = name.substring(0, end).replaceAll("[^\\x20-\\x7E]", "?");
        return end == name.length() ? printable : printable + "...";
    }

    /** Levenshtein's distance, by the two-row form of Wagner and Fischer (1974); a name that only continues is at 0. */
    private static int distance(String wanted, String name) {
        if (!wanted.isEmpty() && name.startsWith(wanted)) {
            return 0;
        }
        int[] above = new int[name.length() + 1];
        for (int j = 0; j <= name.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= wanted.length(); i++) {
            int[] row = new int[name.length() + 1];
            row[0] = i;
            for (int j = 1; j <= name.length(); j++) {
                int replaced = above[j - 1] + (wanted.charAt(i - 1) == name.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(above[j], row[j - 1]) + 1);
            }
            above = row;
        }
        return above[name.length()];
    }
}
