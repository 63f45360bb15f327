package org.copilotframework.core.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.CodeSigner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Tells who signed an archive. The cryptography is the JDK's, which checks each entry while it is read. Each is read a second
 * time by our own reader, and the two must tell the same, byte by byte: what was signed is then what was checked, unpacked and
 * is loaded, whoever reads it.
 */
final class SignedArchive {
    static final String FIX = "sign the whole archive (copilot plugins sign FILE --keystore FILE, or jarsigner)";
    private static final int CHUNK = 1 << 15;

    private final ZipIndex index;
    private final ZipContent content;
    private final Findings findings;
    private final byte[] chunk = new byte[CHUNK];

    private SignedArchive(ZipIndex index, ZipContent content, Findings findings) {
        this.index = index;
        this.content = content;
        this.findings = findings;
    }

    /** Those who signed all of it, at least one unless something is wrong. */
    static List<Signer> signers(Path file, Bytes bytes, ArchiveLimits limits, Findings findings) throws IOException {
        ZipIndex index = ZipIndex.read(bytes, limits);
        try (ZipContent content = new ZipContent(bytes, index, limits)) {
            new SignatureFiles(index, content, findings).check();
            return findings.problems().isEmpty()
                    ? new SignedArchive(index, content, findings).signers(file)
                    : List.of();
        } catch (BadZipException e) {
            findings.problem(String.valueOf(e.getMessage()));
            return List.of();
        }
    }

    private List<Signer> signers(Path file) throws IOException {
        // Not the view of a release of Java: every entry as it is.
        try (JarFile jar = new JarFile(file.toFile(), true, ZipFile.OPEN_READ)) {
            checkNames(jar);
            return ofAll(jar);
        } catch (SecurityException e) {
            findings.problem("its signature does not fit its content (" + shown(e) + "): it was changed after it was"
                    + " signed; get it again from where it comes from, or, if the change is yours, build it again and "
                    + FIX);
        } catch (ZipException e) {
            findings.problem("this JVM cannot read it (" + shown(e) + "); build it again");
        }
        return List.of();
    }

    private void checkNames(JarFile jar) throws BadZipException {
        for (Iterator<JarEntry> entries = jar.entries().asIterator(); entries.hasNext(); ) {
            String name = entries.next().getName();
            if (index.find(name) == null) {
                throw readDifferently(name);
            }
        }
    }

    private List<Signer> ofAll(JarFile jar) throws IOException {
        Set<CodeSigner> ofAll = null;
        List<String> unsigned = new ArrayList<>();
        for (ZipItem item : index.items()) {
            JarEntry entry = read(jar, item);
            if (item.folder() || SignatureFiles.isOne(item.name())) {
                continue; // Folders that have content are refused before, and the files of the signature sign
                // themselves.
            }
            CodeSigner[] signers = entry.getCodeSigners();
            if (signers == null) {
                unsigned.add(item.name());
            } else if (ofAll == null) {
                ofAll = new LinkedHashSet<>(Arrays.asList(signers));
            } else {
                ofAll.retainAll(Arrays.asList(signers));
            }
        }
        tell(ofAll, unsigned);
        return ofAll == null || !unsigned.isEmpty()
                ? List.of()
                : ofAll.stream().map(Signer::of).toList();
    }

    private void tell(@Nullable Collection<CodeSigner> ofAll, List<String> unsigned) {
        if (ofAll == null) {
            findings.problem(
                    "its signature counts for nothing: this JVM does not know or no longer allows the algorithm or"
                            + " the size of the key (jdk.jar.disabledAlgorithms), or a file of the signature is damaged; with a"
                            + " key of today, such as RSA of 3072 bits, " + FIX);
            return;
        }
        for (String name : unsigned) {
            findings.problem(
                    "its entry '" + Names.shown(name) + "' is not signed: it was added after the signature; " + FIX);
        }
        if (unsigned.isEmpty() && ofAll.isEmpty()) {
            findings.problem("several have signed parts of it, and nobody all of it; " + FIX);
        }
    }

    /** Reads an entry twice, to its end: only then the JDK knows who signed it. */
    private JarEntry read(JarFile jar, ZipItem item) throws IOException {
        JarEntry entry = jar.getJarEntry(item.name());
        if (entry == null || !entry.getName().equals(item.name())) {
            throw readDifferently(item.name());
        }
        try (InputStream theirs = Objects.requireNonNull(jar.getInputStream(entry), "of an entry that is there")) {
            content.unpack(item, (ours, length) -> {
                if (theirs.readNBytes(chunk, 0, length) < length || !Arrays.equals(ours, 0, length, chunk, 0, length)) {
                    throw readDifferently(item.name());
                }
            });
            if (theirs.read() >= 0) {
                throw readDifferently(item.name());
            }
        }
        return entry;
    }

    private static BadZipException readDifferently(String name) {
        return new BadZipException("its entry '" + Names.shown(name)
                + "' looks different to different readers, or changed while it was read; build it again");
    }

    private static String shown(Exception e) {
        return Names.shown(String.valueOf(e.getMessage()));
    }
}
