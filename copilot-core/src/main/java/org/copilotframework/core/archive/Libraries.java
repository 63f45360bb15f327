package org.copilotframework.core.archive;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The libraries of an archive, unpacked beside it. One is open at a time, however many there are. */
final class Libraries implements Closeable {
    private record Open(Path file, Bytes bytes, ZipContent content) {}

    private final PluginScan.Beside beside;
    private final ArchiveLimits limits;
    private final Allowance allowance;
    private final EntryRules rules;
    private @Nullable Open open;

    Libraries(PluginScan.Beside beside, ArchiveLimits limits, Allowance allowance, EntryRules rules) {
        this.beside = beside;
        this.limits = limits;
        this.allowance = allowance;
        this.rules = rules;
    }

    /** Reads a library's directory, and checks the names in it. */
    Part part(String name) throws IOException {
        Path file = beside.folder().resolve(name);
        try (Bytes bytes = Bytes.of(file)) {
            ZipIndex index = ZipIndex.read(bytes, allowance);
            rules.checkNames(index, " (in " + name + ")");
            return new Part(name, "", index, () -> opened(file, index));
        } catch (BadZipException e) {
            throw new BadZipException("its library " + Names.shown(name) + " cannot be read: " + e.getMessage());
        }
    }

    private ZipContent opened(Path file, ZipIndex index) throws IOException {
        if (open == null || !open.file().equals(file)) {
            close();
            Bytes bytes = Bytes.of(file);
            open = new Open(file, bytes, new ZipContent(bytes, index, limits));
        }
        return open.content();
    }

    @Override
    public void close() throws IOException {
        Open last = open;
        open = null;
        if (last != null) {
            last.content().close();
            last.bytes().close();
        }
    }
}
