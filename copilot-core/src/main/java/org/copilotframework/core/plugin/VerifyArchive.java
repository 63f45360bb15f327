package org.copilotframework.core.plugin;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.archive.ArchiveCheck;
import org.copilotframework.core.archive.ArchiveInfo;
import org.copilotframework.core.archive.ArchiveLimits;
import org.copilotframework.core.archive.RefusedArchiveException;
import org.copilotframework.core.archive.Trust;

/**
 * Checks a plugin's archive in the plugin's own build, by the rules of the host. Says what is in the archive and returns, or
 * throws what is wrong with the fix, since it runs inside Maven and must not end that process. On a command line of its own a
 * fault is the exit code 1 of an uncaught exception.
 */
public final class VerifyArchive {
    private static final String LIBRARIES = "--runtime-libraries=";

    private VerifyArchive() {}

    /**
     * Checks one archive.
     *
     * @param args the archive's path, then perhaps {@code --runtime-libraries=} and the files, joined by the path separator,
     *     that the plugin needs at run time and the host does not give
     * @throws RefusedArchiveException if a host would refuse the archive
     * @throws IllegalArgumentException if the arguments are wrong, or a library is missing in the archive
     * @throws IOException if the archive cannot be read
     */
    public static void main(String[] args) throws RefusedArchiveException, IOException {
        verify(args, System.out);
    }

    static void verify(String[] args, PrintStream out) throws RefusedArchiveException, IOException {
        Path archive = null;
        List<String> libraries = new ArrayList<>();
        for (String arg : args) {
            if (arg.startsWith(LIBRARIES)) {
                for (String library : arg.substring(LIBRARIES.length()).split(File.pathSeparator)) {
                    if (!library.isBlank()) {
                        libraries.add(Path.of(library.strip()).getFileName().toString());
                    }
                }
            } else if (archive == null && !arg.startsWith("--")) {
                archive = Path.of(arg);
            } else {
                throw new IllegalArgumentException(
                        "unknown argument " + arg + "; give an archive and " + LIBRARIES + "<file names>");
            }
        }
        if (archive == null || !Files.isRegularFile(archive)) {
            throw new IllegalArgumentException((archive == null ? "no archive is named" : archive + " is not a file")
                    + "; give the path of the plugin's JAR or ZIP");
        }
        ArchiveCheck check = ArchiveCheck.of(archive, ArchiveLimits.DEFAULT, Trust.ANY);
        requireLibraries(archive, check, libraries);
        print(archive, check.info(), out);
    }

    private static void requireLibraries(Path archive, ArchiveCheck check, List<String> libraries) {
        List<String> missing = check.missing(libraries);
        if (missing.isEmpty()) {
            return;
        }
        String fix = check.libraries().isEmpty()
                ? "set <copilot.plugin.archive>zip</copilot.plugin.archive> in the properties of the plugin's POM, so that they"
                        + " are packed with it"
                : "build it again from a clean folder (mvn clean package)";
        throw new IllegalArgumentException(archive.getFileName() + " needs libraries that are not in it: "
                + String.join(", ", missing) + "; " + fix
                + ", or give scope provided to those that the plugin never uses");
    }

    private static void print(Path archive, ArchiveInfo info, PrintStream out) {
        String kind = info.kind() == PluginKind.PROVIDER ? "provider plugin " : "plugin ";
        out.println(kind + info.ref() + " (" + archive.getFileName() + ")");
        info.extensions().forEach(extension -> out.println("  extension " + extension));
        info.needs()
                .forEach(need -> out.println("  needs " + need.id() + " " + need.versionConstraint()
                        + (need.optional() ? ", optional" : "")));
        if (info.kind() == PluginKind.AGENT) {
            out.println("  swap " + info.swap().name().toLowerCase(Locale.ROOT));
        }
        info.warnings().forEach(warning -> out.println("  warning: " + warning));
    }
}
