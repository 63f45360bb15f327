package org.copilotframework.core.archive;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.zip.CRC32;
import org.copilotframework.core.PluginKind;
import org.jspecify.annotations.Nullable;

/** One archive while it is read. Of its libraries one is open at a time, however many there are. */
final class ArchiveWalk implements Closeable {
    private final Bytes bytes;
    private final ArchiveLimits limits;
    private final PluginScan.Beside beside;
    private final Findings findings;
    private final Allowance allowance;
    private final ZipIndex index;
    private final ZipContent content;
    private @Nullable Library open;

    ArchiveWalk(Bytes bytes, ArchiveLimits limits, PluginScan.Beside beside, Findings findings) throws IOException {
        this.bytes = bytes;
        this.limits = limits;
        this.beside = beside;
        this.findings = findings;
        this.allowance = new Allowance(limits);
        this.index = ZipIndex.read(bytes, allowance);
        this.content = new ZipContent(bytes, index, limits);
    }

    /** Reads the whole archive once: what it unpacks to is counted, and written where the layout asks for it. */
    @Nullable
    Layout unpack() throws IOException {
        checkNames(index, "");
        Layout layout = Layout.of(index);
        Allowance.checkLibraries(layout.libraries().size());
        if (layout.unpacks()) {
            checkFiles(layout);
        }
        if (!findings.problems().isEmpty()) {
            // With such names nothing is unpacked, and so the rest is not looked at.
            return null;
        }
        for (ZipItem item : index.items()) {
            if (beside.done()) {
                checkWritten(item, layout);
            } else if (layout.unpacks(item)) {
                write(item, beside.folder().resolve(item.name()));
            } else {
                content.unpack(item, (chunk, length) -> {});
            }
        }
        return layout;
    }

    private void checkNames(ZipIndex zip, String label) {
        for (ZipItem item : zip.items()) {
            String why = Names.hostile(item.name());
            if (why != null) {
                findings.problem("its entry '" + Names.shown(item.name()) + "'" + label + " " + why
                        + "; build it with entries below its root only");
            } else if (item.link()) {
                findings.problem("its entry '" + Names.shown(item.name()) + "'" + label
                        + " is a symbolic link; build it with files only");
            }
        }
        for (String name : zip.twice()) {
            findings.problem("its entry '" + Names.shown(name) + "'" + label
                    + " is there twice; build it again from a clean" + " folder, so that each file is packed once");
        }
    }

    private void checkFiles(Layout layout) {
        Map<String, String> files = new HashMap<>();
        for (ZipItem item : index.items()) {
            // The hostile ones are told of already, and may be too many and too long for this.
            if (layout.unpacks(item) && Names.hostile(item.name()) == null) {
                String why = Names.unfit(item.name());
                String other = files.putIfAbsent(item.name().toLowerCase(Locale.ROOT), item.name());
                if (why != null) {
                    findings.problem("its entry '" + Names.shown(item.name()) + "' " + why + "; rename it");
                } else if (other != null) {
                    findings.problem("its entries '" + Names.shown(other) + "' and '" + Names.shown(item.name())
                            + "' are one file on some systems; rename one");
                }
            }
        }
        for (String name : files.keySet()) {
            for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
                String folder = files.get(name.substring(0, slash));
                if (folder != null) {
                    findings.problem("its entry '" + Names.shown(folder) + "' is a file and a folder; rename one");
                }
            }
        }
    }

    private void checkWritten(ZipItem item, Layout layout) throws IOException {
        if (layout.unpacks(item)) {
            Path file = beside.folder().resolve(item.name());
            if (!Files.isRegularFile(file)) {
                throw new NoSuchFileException(file.toString(), null, "it was unpacked from the archive");
            }
            if (Files.size(file) != item.size() || checksum(file) != item.crc()) {
                throw new BadZipException(
                        "it is no longer what was accepted: " + file + " is not what was unpacked from it; install the"
                                + " plugin again, or delete " + beside.folder());
            }
        }
    }

    /** After a loss of power a file may have its size but not its bytes. */
    private static long checksum(Path file) throws IOException {
        CRC32 crc = new CRC32();
        byte[] chunk = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                crc.update(chunk, 0, read);
            }
        }
        return crc.getValue();
    }

    private void write(ZipItem item, Path file) throws IOException {
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            content.unpack(item, (chunk, length) -> out.write(chunk, 0, length));
        }
        if (beside.durable()) {
            Durable.force(file);
        }
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
            Part part = library(library);
            boolean own = !ownAtFront && part.find(Part.EXTENSIONS) != null;
            ownAtFront |= own;
            parts.add(own ? 0 : parts.size(), part);
        }
        return parts;
    }

    private Part library(String name) throws IOException {
        Path file = beside.folder().resolve(name);
        try (Bytes libraryBytes = Bytes.of(file)) {
            ZipIndex libraryIndex = ZipIndex.read(libraryBytes, allowance);
            checkNames(libraryIndex, " (in " + name + ")");
            return new Part(name, "", libraryIndex, () -> opened(file, libraryIndex));
        } catch (BadZipException e) {
            throw new BadZipException("its library " + Names.shown(name) + " cannot be read: " + e.getMessage());
        }
    }

    private ZipContent opened(Path file, ZipIndex libraryIndex) throws IOException {
        if (open == null || !open.file().equals(file)) {
            closeLibrary();
            Bytes libraryBytes = Bytes.of(file);
            open = new Library(file, libraryBytes, new ZipContent(libraryBytes, libraryIndex, limits));
        }
        return open.content();
    }

    private void closeLibrary() throws IOException {
        Library last = open;
        open = null;
        if (last != null) {
            last.content().close();
            last.bytes().close();
        }
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
        closeLibrary();
    }

    private record Library(Path file, Bytes bytes, ZipContent content) {}
}
