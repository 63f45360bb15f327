package org.copilotframework.example.docs;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;
import org.copilotframework.example.docs.Index.IndexedFile;
import org.copilotframework.example.docs.Index.IndexedPassage;

/**
 * An index as bytes: {@code CDOX}, version, model, moment, files with their passages and vectors, CRC-32C of all before.
 * Numbers are big-endian, texts are UTF-8 behind their length. An index of another version or model is not read: making it
 * anew is cheaper than being wrong.
 */
final class IndexFormat {
    private static final int MAGIC = 0x43444F58;
    private static final int VERSION = 2;
    private static final int MAX_TEXT = 32 << 20;
    private static final int VECTOR_BYTES = MiniLm.DIMENSION * Float.BYTES;

    private IndexFormat() {}

    static void write(Index index, OutputStream target) throws IOException {
        CheckedOutputStream checked = new CheckedOutputStream(new BufferedOutputStream(target), new CRC32C());
        DataOutputStream out = new DataOutputStream(checked);
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        writeText(out, MiniLm.ID);
        out.writeLong(index.madeAt().toEpochMilli());
        out.writeInt(index.files().size());
        for (IndexedFile file : index.files()) {
            writeText(out, file.path());
            out.writeLong(file.size());
            out.writeLong(file.modified());
            writeText(out, file.sha256());
            writeText(out, file.problem());
            out.writeInt(file.passages().size());
            for (IndexedPassage passage : file.passages()) {
                writePassage(out, passage);
            }
        }
        out.writeLong(checked.getChecksum().getValue());
        out.flush();
    }

    private static void writePassage(DataOutputStream out, IndexedPassage indexed) throws IOException {
        Passage passage = indexed.passage();
        writeText(out, passage.heading());
        out.writeInt(passage.page());
        out.writeInt(passage.firstLine());
        out.writeInt(passage.lastLine());
        writeText(out, passage.text());
        ByteBuffer bytes = ByteBuffer.allocate(VECTOR_BYTES);
        bytes.asFloatBuffer().put(indexed.vector());
        out.write(bytes.array());
    }

    private static void writeText(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    /**
     * Reads what {@link #write} wrote. Trusts nothing: a count or length beyond the limits ends the reading before memory is
     * taken for it.
     *
     * @throws UnreadableIndexException if it is no index, damaged, of another version or model, or beyond the limits
     * @throws IOException if the stream fails
     */
    static Index read(InputStream source, Limits limits) throws UnreadableIndexException, IOException {
        CheckedInputStream checked = new CheckedInputStream(new BufferedInputStream(source), new CRC32C());
        DataInputStream in = new DataInputStream(checked);
        try {
            if (in.readInt() != MAGIC) {
                throw new UnreadableIndexException("it is not an index");
            }
            int version = in.readInt();
            if (version != VERSION) {
                throw new UnreadableIndexException("it has version " + version + ", not " + VERSION);
            }
            String model = readText(in, 1_000);
            if (!model.equals(MiniLm.ID)) {
                throw new UnreadableIndexException("it was made with the model " + model + ", not " + MiniLm.ID);
            }
            Index index = new Index(Instant.ofEpochMilli(in.readLong()), readFiles(in, limits));
            long sum = checked.getChecksum().getValue();
            if (in.readLong() != sum || in.read() >= 0) {
                throw new UnreadableIndexException("its checksum is wrong");
            }
            return index;
        } catch (EOFException e) {
            throw new UnreadableIndexException("it ends too early", e);
        }
    }

    private static List<IndexedFile> readFiles(DataInputStream in, Limits limits)
            throws UnreadableIndexException, IOException {
        int count = count(in, limits.files(), "files");
        int left = limits.passages();
        List<IndexedFile> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String path = readText(in, 100_000);
            long size = in.readLong();
            long modified = in.readLong();
            String sha256 = readText(in, 64);
            String problem = readText(in, 100_000);
            int passageCount = count(in, left, "passages");
            left -= passageCount;
            List<IndexedPassage> passages = new ArrayList<>();
            for (int j = 0; j < passageCount; j++) {
                passages.add(readPassage(in));
            }
            files.add(new IndexedFile(path, size, modified, sha256, problem, passages));
        }
        return files;
    }

    private static IndexedPassage readPassage(DataInputStream in) throws UnreadableIndexException, IOException {
        Passage passage =
                new Passage(readText(in, MAX_TEXT), in.readInt(), in.readInt(), in.readInt(), readText(in, MAX_TEXT));
        float[] vector = new float[MiniLm.DIMENSION];
        ByteBuffer.wrap(readBytes(in, VECTOR_BYTES)).asFloatBuffer().get(vector);
        return new IndexedPassage(passage, vector);
    }

    private static int count(DataInputStream in, int limit, String what) throws UnreadableIndexException, IOException {
        int count = in.readInt();
        if (count < 0 || count > limit) {
            throw new UnreadableIndexException("it has " + count + " " + what + "; the limit is " + limit);
        }
        return count;
    }

    private static String readText(DataInputStream in, int limit) throws UnreadableIndexException, IOException {
        return new String(readBytes(in, count(in, limit, "bytes of text in one place")), StandardCharsets.UTF_8);
    }

    private static byte[] readBytes(DataInputStream in, int length) throws IOException {
        // Grows with what really comes, so a wrong length in a short file takes no memory.
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return bytes;
    }
}
