package org.copilotframework.core.settings;

import io.smallrye.config.SmallRyeConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import org.copilotframework.core.naming.NearNames;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** Names keys that nothing reads. The environment is shared with others, so it is left alone. */
final class UnknownKeys {
    private static final String CORE = "copilot.";
    private static final String PLUGIN = "copilot.plugin.";
    /** What follows a further dot is a provider's own, or a face's. */
    private static final Pattern PROVIDER =
            Pattern.compile("copilot\\.((storage|blobs|encryption|secrets|security)\\.[a-z0-9-]+|http)\\..+");

    private final SmallRyeConfig config;
    private final Problems problems;

    UnknownKeys(SmallRyeConfig config, Problems problems) {
        this.config = config;
        this.problems = problems;
    }

    /** Those of core's own settings, of which all are known. */
    void ofCore(Collection<String> known) {
        each((key, source) -> {
            if (key.startsWith(CORE)
                    && !key.startsWith(PLUGIN)
                    && !PROVIDER.matcher(key).matches()
                    && !known.contains(key)) {
                List<String> near = NearNames.of(key, new ArrayList<>(known));
                problems.other(key + " (from " + source + ") is not a setting"
                        + (near.isEmpty()
                                ? "; the reference lists them"
                                : "; did you mean " + String.join(", ", near) + "?"));
            }
        });
    }

    /** Those below a plugin's or provider's prefix. A key with a further dot may belong to one whose name goes on there. */
    void below(String prefix, List<String> known) {
        each((key, source) -> {
            String rest = key.startsWith(prefix) ? key.substring(prefix.length()) : "";
            String bare = rest.replaceFirst("\\[[0-9]+]$", "");
            if (!rest.isEmpty() && !rest.contains(".") && !known.contains(bare)) {
                List<String> near = NearNames.of(rest, known);
                problems.other(key + " (from " + source + ") is not a setting here; "
                        + (near.isEmpty()
                                ? "there are " + (known.isEmpty() ? "none" : String.join(", ", known))
                                : "did you mean " + prefix + near.get(0) + "?"));
            }
        });
    }

    /** Those below a face's prefix that stand in no group that it has. */
    void groups(String prefix, List<String> known) {
        each((key, source) -> {
            String rest = key.startsWith(prefix) ? key.substring(prefix.length()) : "";
            int dot = rest.indexOf('.');
            if (dot >= 0 && !known.contains(rest.substring(0, dot))) {
                problems.other(key + " (from " + source + ") is not a setting here"
                        + (known.isEmpty()
                                ? ""
                                : "; with a dot there are " + prefix + String.join(".*, ", known) + ".*"));
            }
        });
    }

    private void each(BiConsumer<String, String> keyAndSource) {
        for (ConfigSource source : config.getConfigSources()) {
            if (Layers.isOurs(source)) {
                for (String name : new TreeSet<>(source.getPropertyNames())) {
                    keyAndSource.accept(withoutProfile(name), Layers.named(source));
                }
            }
        }
    }

    static String withoutProfile(String name) {
        int dot = name.indexOf('.');
        return name.startsWith("%") && dot > 0 ? name.substring(dot + 1) : name;
    }
}
