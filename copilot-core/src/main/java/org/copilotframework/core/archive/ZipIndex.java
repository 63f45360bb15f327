package org.copilotframework.core.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a ZIP, read once and strictly: what does not agree with itself is refused, because another reader might see
 * another archive in it. Own code rather than {@code java.util.zip.ZipFile}, which opens the file a second time, tells neither
 * of links nor of names that stand there twice, and believes the sizes.
 */
final class ZipIndex {
    private static final int ITEM_SIGNATURE = 0x02014b50;
    private static final int ITEM_SIZE = 46;
    private static final int ENCRYPTED = 0x2041;
    private static final int UNIX = 3;
    private static final int FILE_TYPE = 0xF000;
    private static final int SYMBOLIC_LINK = 0xA000;

    private final Map<String, ZipItem> items = new LinkedHashMap<>();
    private final List<String> twice = new ArrayList<>();
    private final Map<ZipItem, Attributes> manifests = new IdentityHashMap<>();
    private final long directory;

    private ZipIndex(long directory) {
        this.directory = directory;
    }

    /** Reads the directory of an archive by itself. */
    static ZipIndex read(Bytes bytes, ArchiveLimits limits) throws IOException {
        return read(bytes, new Allowance(limits));
    }

    /** Reads the directory of an archive, or of a library in one. */
    static ZipIndex read(Bytes bytes, Allowance allowance) throws IOException {
        ZipEnd end = ZipEnd.read(bytes);
        allowance.take(end.count(), end.size());
        ZipIndex index = new ZipIndex(end.start());
        index.readItems(end.directory(bytes), end.count());
        return index;
    }

    Collection<ZipItem> items() {
        return items.values();
    }

    @Nullable
    ZipItem find(String name) {
        return items.get(name);
    }

    /** Names that stand there more than once, but for folders without content. */
    List<String> twice() {
        return twice;
    }

    /** The main attributes of small manifests that were read, so that none of these is parsed twice. */
    Map<ZipItem, Attributes> manifests() {
        return manifests;
    }

    /** Where the content of the entries ends and the directory begins. */
    long directory() {
        return directory;
    }

    private void readItems(ByteBuffer buffer, int count) throws IOException {
        int at = 0;
        long packed = 0;
        for (int i = 0; i < count; i++) {
            if (at + ITEM_SIZE > buffer.capacity() || buffer.getInt(at) != ITEM_SIGNATURE) {
                throw BadZipException.damaged("its directory ends too early");
            }
            int nameSize = Short.toUnsignedInt(buffer.getShort(at + 28));
            int next = at
                    + ITEM_SIZE
                    + nameSize
                    + Short.toUnsignedInt(buffer.getShort(at + 30))
                    + Short.toUnsignedInt(buffer.getShort(at + 32));
            if (next > buffer.capacity()) {
                throw BadZipException.damaged("its directory ends too early");
            }
            ZipItem item = item(buffer, at, name(buffer, at + ITEM_SIZE, nameSize));
            packed += item.packed();
            if (items.putIfAbsent(item.name(), item) != null && (!item.folder() || item.size() > 0)) {
                twice.add(item.name());
            }
            at = next;
        }
        if (at != buffer.capacity()) {
            throw BadZipException.damaged("its directory has more entries than it says");
        }
        if (packed > directory) {
            throw BadZipException.damaged("its entries overlap");
        }
    }

    private static ZipItem item(ByteBuffer buffer, int at, String name) throws BadZipException {
        if ((buffer.getShort(at + 8) & ENCRYPTED) != 0) {
            throw new BadZipException(
                    "its entry '" + Names.shown(name) + "' is encrypted; build it without a password");
        }
        int method = Short.toUnsignedInt(buffer.getShort(at + 10));
        long packed = Integer.toUnsignedLong(buffer.getInt(at + 20));
        long size = Integer.toUnsignedLong(buffer.getInt(at + 24));
        if (method != ZipItem.STORED && method != ZipItem.DEFLATED) {
            throw new BadZipException("its entry '" + Names.shown(name) + "' is packed by method " + method
                    + "; build it with stored or deflated entries");
        }
        if (method == ZipItem.STORED && packed != size) {
            throw BadZipException.damaged("the sizes of '" + Names.shown(name) + "'");
        }
        boolean link = buffer.get(at + 5) == UNIX && (buffer.getShort(at + 40) & FILE_TYPE) == SYMBOLIC_LINK;
        return new ZipItem(
                name,
                method,
                Integer.toUnsignedLong(buffer.getInt(at + 16)),
                packed,
                size,
                Integer.toUnsignedLong(buffer.getInt(at + 42)),
                link);
    }

    private static String name(ByteBuffer buffer, int at, int size) throws BadZipException {
        for (int i = 0; i < size; i++) {
            if (buffer.get(at + i) < 0) {
                return decoded(buffer, at, size);
            }
        }
        return new String(buffer.array(), at, size, StandardCharsets.ISO_8859_1);
    }

    private static String decoded(ByteBuffer buffer, int at, int size) throws BadZipException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(buffer.array(), at, size))
                    .toString();
        } catch (CharacterCodingException e) {
            throw BadZipException.damaged("an entry's name is not UTF-8");
        }
    }
}
