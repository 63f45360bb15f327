package org.copilotframework.example.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The words of a text for the lexical half of the search. A name such as {@code copilot.plugin.maxFiles} counts as a whole
 * and by its parts, so that a question finds it either way.
 */
final class Words {
    /** Possessive: with each step that it could take back, "a.a.a…" would take a piece of the stack. */
    private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]++(?:[.\\-/][\\p{L}\\p{N}_]++)*+");

    private static final Pattern PART =
            Pattern.compile("\\p{Lu}+(?![\\p{Ll}])|\\p{Lu}?\\p{Ll}+|\\p{N}+|[\\p{L}&&[^\\p{Lu}\\p{Ll}]]+");
    private static final Set<String> STOP_WORDS = Set.of(
            ("a an and any are as at be been but by can could did do does for from had has have how i if in into is it its"
                            + " may me my not of on or our out shall should so than that the their them then there these they"
                            + " this those to us was we were what when where which while who whom whose why will with would"
                            + " you your")
                    .split(" "));

    private Words() {}

    static List<String> of(String text) {
        List<String> words = new ArrayList<>();
        for (Matcher word = WORD.matcher(text); word.find(); ) {
            String whole = word.group().toLowerCase(Locale.ROOT);
            add(whole, words);
            for (Matcher part = PART.matcher(word.group()); part.find(); ) {
                String lower = part.group().toLowerCase(Locale.ROOT);
                if (!lower.equals(whole)) {
                    add(lower, words);
                }
            }
        }
        return words;
    }

    private static void add(String word, List<String> words) {
        if (!STOP_WORDS.contains(word)) {
            words.add(singular(word));
        }
    }

    /** Harman's "S" stemmer (1991): weak, but it never joins words of different meaning. */
    private static String singular(String word) {
        if (word.length() > 3 && word.endsWith("ies") && !word.endsWith("eies") && !word.endsWith("aies")) {
            return word.substring(0, word.length() - 3) + "y";
        }
        if (word.length() > 3 && word.endsWith("es") && !word.matches(".*[aeo]es")) {
            return word.substring(0, word.length() - 1);
        }
        if (word.length() > 3 && word.endsWith("s") && !word.endsWith("us") && !word.endsWith("ss")) {
            return word.substring(0, word.length() - 1);
        }
        return word;
    }
}
