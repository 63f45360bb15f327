package org.copilotframework.core.archive;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.copilotframework.api.ApiGeneration;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.PluginKind;
import org.jspecify.annotations.Nullable;

/**
 * What a plugin's manifest says.
 *
 * @param ref id and version, or null if one of them is wrong
 */
record PluginManifest(
        @Nullable PluginRef ref,
        PluginKind kind,
        String description,
        String provider,
        List<PluginNeed> needs,
        Swap swap,
        @Nullable String pluginClass) {
    private static final int MAX_ID = 128;
    private static final String INHERIT =
            "inherit copilot-plugin-parent, or write the attribute into META-INF/MANIFEST.MF";

    /** Reads the manifest's attributes; tells the findings of all that is wrong. */
    static PluginManifest read(Function<String, @Nullable String> attributes, Findings findings) {
        Function<String, @Nullable String> manifest = name -> {
            String value = attributes.apply(name);
            return value == null || value.isBlank() ? null : value.strip();
        };
        String id = id(manifest.apply("Plugin-Id"), findings);
        String version = version(manifest.apply("Plugin-Version"), findings);
        checkGeneration(manifest.apply(ApiGeneration.MANIFEST_ATTRIBUTE), findings);
        String requires = manifest.apply("Plugin-Requires");
        if (requires != null && !requires.equals("*")) {
            findings.warning("Plugin-Requires '" + requires + "' is not looked at; what a plugin needs of the host is "
                    + ApiGeneration.MANIFEST_ATTRIBUTE);
        }
        PluginKind kind = kind(manifest.apply(PluginKind.MANIFEST_ATTRIBUTE), findings);
        List<PluginNeed> needs = needs(manifest.apply("Plugin-Dependencies"), findings);
        String pluginClass = manifest.apply("Plugin-Class");
        if (kind == PluginKind.PROVIDER) {
            checkProvider(needs, pluginClass, findings);
        }
        return new PluginManifest(
                id == null || version == null ? null : new PluginRef(id, version),
                kind,
                orEmpty(manifest.apply("Plugin-Description")),
                orEmpty(manifest.apply("Plugin-Provider")),
                needs,
                swap(manifest.apply(Swap.MANIFEST_ATTRIBUTE), findings),
                pluginClass);
    }

    private static PluginKind kind(@Nullable String text, Findings findings) {
        for (PluginKind kind : PluginKind.values()) {
            if (text == null || ArchiveGlance.lower(kind).equals(text)) {
                return kind;
            }
        }
        findings.problem(PluginKind.MANIFEST_ATTRIBUTE + " '" + Names.shown(orEmpty(text))
                + "' is not known; write agent (the default) or provider");
        return PluginKind.AGENT;
    }

    /** A provider is there before any other plugin, and has no life of its own. */
    private static void checkProvider(List<PluginNeed> needs, @Nullable String pluginClass, Findings findings) {
        if (!needs.isEmpty()) {
            findings.problem("it is a provider, which is loaded before all other plugins and so can need none; pack"
                    + " what it needs into it, and take Plugin-Dependencies out of its manifest");
        }
        if (pluginClass != null) {
            findings.warning("Plugin-Class is not used, since it is a provider; leave the attribute out");
        }
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static @Nullable String id(@Nullable String id, Findings findings) {
        if (id == null) {
            findings.problem("its manifest has no Plugin-Id; " + INHERIT);
            return null;
        }
        if (!isId(id)) {
            findings.problem(
                    "Plugin-Id '" + Names.shown(id) + "' is not an id; use 1 to 128 ASCII letters, digits, '.', '_' and"
                            + " '-', beginning with a letter or digit");
            return null;
        }
        return id;
    }

    private static boolean isId(String id) {
        boolean fits = !id.isEmpty() && id.length() <= MAX_ID && "._-".indexOf(id.charAt(0)) < 0;
        for (int i = 0; fits && i < id.length(); i++) {
            char c = id.charAt(i);
            fits = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "._-".indexOf(c) >= 0;
        }
        return fits;
    }

    private static @Nullable String version(@Nullable String version, Findings findings) {
        if (version == null) {
            findings.problem("its manifest has no Plugin-Version; " + INHERIT);
            return null;
        }
        try {
            PluginVersion.parse(version);
            return version;
        } catch (IllegalArgumentException e) {
            findings.problem("Plugin-Version '" + Names.shown(version)
                    + "' is not a version; write it as 1.2.3, 1.2.3-rc.1 or 1.2 (semver.org)");
            return null;
        }
    }

    private static void checkGeneration(@Nullable String generation, Findings findings) {
        String rebuild = "rebuild it against the copilot-api of this host, with copilot-plugin-parent as its parent";
        if (generation == null) {
            findings.problem("its manifest has no " + ApiGeneration.MANIFEST_ATTRIBUTE + "; " + INHERIT + " ("
                    + ApiGeneration.MANIFEST_ATTRIBUTE + ": " + ApiGeneration.CURRENT + ")");
        } else if (!generation.equals(Integer.toString(ApiGeneration.CURRENT))) {
            findings.problem(ApiGeneration.MANIFEST_ATTRIBUTE + " says it is built for API generation '"
                    + Names.shown(generation) + "', this host has generation " + ApiGeneration.CURRENT + "; "
                    + rebuild);
        }
    }

    /** PF4J's syntax: {@code a@>=1.0, b?}, {@code c?@2.x}. */
    private static List<PluginNeed> needs(@Nullable String text, Findings findings) {
        List<PluginNeed> needs = new ArrayList<>();
        for (String need : text == null ? new String[0] : text.split(",")) {
            if (need.isBlank()) {
                continue;
            }
            String[] halves = need.strip().split("@", 2);
            boolean optional = halves[0].endsWith("?");
            String id = optional ? halves[0].substring(0, halves[0].length() - 1) : halves[0];
            String constraint = halves.length == 1 || halves[1].isBlank() ? "*" : halves[1].strip();
            if (isId(id) && PluginVersion.isConstraint(constraint)) {
                needs.add(new PluginNeed(id, constraint, optional));
            } else {
                findings.problem("Plugin-Dependencies has '" + Names.shown(need.strip())
                        + "', which is no plugin with versions; write it as other-plugin@>=1.0, or other-plugin?@1.x if it is"
                        + " optional");
            }
        }
        return needs;
    }

    private static Swap swap(@Nullable String text, Findings findings) {
        for (Swap swap : Swap.values()) {
            if (text == null || swap.name().toLowerCase(Locale.ROOT).equals(text)) {
                return swap;
            }
        }
        findings.problem(Swap.MANIFEST_ATTRIBUTE + " '" + Names.shown(orEmpty(text))
                + "' is not known; write rolling (the" + " default) or exclusive");
        return Swap.ROLLING;
    }
}
