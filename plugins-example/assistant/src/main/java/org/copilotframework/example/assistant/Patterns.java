package org.copilotframework.example.assistant;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names with {@code *} for any characters, any of which may fit. */
record Patterns(List<Pattern> patterns) {
    static Patterns of(List<String> texts) {
        return new Patterns(texts.stream()
                .map(text ->
                        Arrays.stream(text.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")))
                .map(Pattern::compile)
                .toList());
    }

    boolean fit(String name) {
        return patterns.stream().anyMatch(pattern -> pattern.matcher(name).matches());
    }
}
