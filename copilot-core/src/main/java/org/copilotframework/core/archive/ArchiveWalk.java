package org.copilotframework.core.archive;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.copilotframework.core.PluginKind;
import org.jspecify.annotations.Nullable;

/** One archive while it is read. */
final class ArchiveWalk implements Closeable {
    private final PluginScan.Beside beside;
    private final Findings findings;
    private final EntryRules rules;
    private final ZipIndex index;
    private final ZipContent content;
    private final Libraries libraries;

    ArchiveWalk(Bytes bytes, ArchiveLimits limits, PluginScan.Beside beside, Findings findings) throws IOException {
        this.beside = beside;
        this.findings = findings;
        this.rules = new EntryRules(findings);
        Allowance allowance = new Allowance(limits);
        this.index = ZipIndex.read(bytes, allowance);
        this.content = new ZipContent(bytes, index, limits);
        this.libraries = new Libraries(beside, limits, allowance, rules);
    }

    /** Reads the whole archive once: what it unpacks to is counted, and written where the layout asks for it. */
    @Nullable
    Layout unpack() throws IOException {
        rules.checkNames(index, "");
        Layout layout = Layout.of(index);
        Allowance.checkLibraries(layout.libraries().size());
        if (layout.unpacks()) {
            rules.checkFiles(index, layout);
        }
        if (!findings.problems().isEmpty()) {
            // With such names nothing is unpacked, and so the rest is not looked at.
            return null;
        }
        UnpackedParts parts = new UnpackedParts(content, beside);
        for (ZipItem item : index.items()) {
            boolean part = layout.unpacks(item);
            if (part && beside.done()) {
                parts.compare(item);
            } else if (part) {
                parts.write(item);
            } else if (!beside.done()) {
                content.look(item);
            }
        }
        if (layout.classes() && beside.done()) {
            parts.refuseOthers();
        }
        return layout;
    }

    /** The places that classes come from, the plugin's own first. */
    List<Part> parts(Layout layout) throws IOException {
        List<Part> parts = new ArrayList<>();
        if (layout.root()) {
            parts.add(new Part(".", "", index, () -> content));
        }
        if (layout.classes()) {
            parts.add(new Part("classes", Layout.CLASSES, index, () -> content));
        }
        boolean ownAtFront = !parts.isEmpty();
        for (String library : layout.libraries()) {
            Part part = libraries.part(library);
            boolean own = !ownAtFront && part.find(Part.EXTENSIONS) != null;
            ownAtFront |= own;
            parts.add(own ? 0 : parts.size(), part);
        }
        return parts;
    }

    /** The plugin's attributes, from the first manifest with an id, or else from the first there is. */
    @Nullable
    Function<String, @Nullable String> attributes(List<Part> parts) throws IOException {
        List<Part> places = new ArrayList<>(parts);
        if (!parts.get(0).place().equals(".")) {
            places.add(1, new Part(".", "", index, () -> content));
        }
        Function<String, @Nullable String> first = null;
        for (Part place : places) {
            Function<String, @Nullable String> attributes = place.manifest();
            if (attributes != null && attributes.apply("Plugin-Id") != null) {
                return attributes;
            }
            first = first == null ? attributes : first;
        }
        Function<String, @Nullable String> properties = ArchiveGlance.properties(index, content);
        return properties == null ? first : properties;
    }

    /** Whether the host sees at a glance which kind it is. */
    void checkGlance(PluginKind kind) throws IOException {
        if (kind != ArchiveGlance.of(index, content)) {
            findings.problem("its " + PluginKind.MANIFEST_ATTRIBUTE + " is not where the host looks for it; put the"
                    + " manifest into META-INF of the archive or of its folder classes/, and only one");
        }
    }

    /** The first extension index, as PF4J would find it. */
    List<String> extensions(List<Part> parts) throws IOException {
        for (Part part : parts) {
            String text = part.text(Part.EXTENSIONS);
            if (text != null) {
                return ArchiveRules.extensions(text);
            }
        }
        return List.of();
    }

    @Override
    public void close() throws IOException {
        content.close();
        libraries.close();
    }
}
