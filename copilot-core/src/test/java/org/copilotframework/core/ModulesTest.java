package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The arrows between the modules, read from their sources: those that are built after this one are on nobody's class path
 * together.
 */
class ModulesTest {
    private static final Pattern PACKAGE = Pattern.compile("org\\.copilotframework(?:\\.[a-z][a-z0-9_]*)+");
    private static final String API = "org\\.copilotframework\\.api(\\..*)?";
    private static final String OBJECTS = "org\\.copilotframework\\.storage\\.objects";
    private static final String CORE = "org\\.copilotframework\\.core";

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve("copilot-api"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    /** The modules in a folder of the house. */
    private static List<Path> modules(String family) throws IOException {
        try (Stream<Path> folders = Files.list(root().resolve(family))) {
            return folders.filter(folder -> Files.isDirectory(folder.resolve("src/main/java")))
                    .toList();
        }
    }

    private static void assertKnows(Path module, String... packages) throws IOException {
        List<String> others = new ArrayList<>();
        try (Stream<Path> files = Files.walk(module.resolve("src/main/java"))) {
            for (Path file : (Iterable<Path>) files.filter(one -> one.toString().endsWith(".java"))::iterator) {
                for (String line : Files.readAllLines(file)) {
                    Matcher named = PACKAGE.matcher(line);
                    while (!line.strip().startsWith("*") && named.find()) {
                        if (Stream.of(packages).noneMatch(named.group()::matches)) {
                            others.add(file.getFileName() + " knows " + named.group());
                        }
                    }
                }
            }
        }
        assertThat(new TreeSet<>(others))
                .as(root().relativize(module).toString())
                .isEmpty();
    }

    @Test
    void aStorageKnowsTheContractAndItselfOnly() throws IOException {
        List<Path> storages = modules("copilot-storage");
        assertThat(storages).hasSizeGreaterThan(2);
        for (Path storage : storages) {
            String itself = "org\\.copilotframework\\.storage\\." + storage.getFileName() + "(\\..*)?";
            assertKnows(storage, API, itself, inVendorsService(storage) ? OBJECTS : itself);
        }
    }

    /** A store of files in a vendor's service, which stands on what those have in common. */
    private static boolean inVendorsService(Path storage) {
        return Set.of("s3", "gcs", "azure").contains(storage.getFileName().toString());
    }

    @Test
    void aSecurityModuleKnowsTheContractAndItselfOnly() throws IOException {
        List<Path> all = modules("copilot-security");
        assertThat(all).isNotEmpty();
        for (Path one : all) {
            assertKnows(one, API, "org\\.copilotframework\\.security\\." + one.getFileName() + "(\\..*)?");
        }
    }

    @Test
    void anAgentKnowsTheContractAndItselfOnly() throws IOException {
        List<Path> agents = modules("plugins-example");
        assertThat(agents).hasSizeGreaterThan(2);
        for (Path agent : agents) {
            assertKnows(agent, API, "org\\.copilotframework\\.example\\." + agent.getFileName() + "(\\..*)?");
        }
    }

    @Test
    void theTestKitKnowsWhatAnEmbedderKnows() throws IOException {
        assertKnows(root().resolve("copilot-authoring/testkit"), API, CORE, "org\\.copilotframework\\.testkit(\\..*)?");
    }

    /** The program prints JSON as the host writes it, and takes the writer for that from the room where JSON is. */
    @Test
    void theProgramKnowsWhatAnEmbedderKnowsTheHostsJsonAndItsFace() throws IOException {
        assertKnows(
                root().resolve("copilot-server/app"),
                API,
                CORE,
                CORE + "\\.json",
                "org\\.copilotframework\\.server\\.http",
                "org\\.copilotframework\\.app(\\..*)?");
    }

    /** A face writes JSON as the host does, too. It knows no implementation: those are put together by the program. */
    @Test
    void aFaceKnowsWhatAnEmbedderKnowsAndTheHostsJson() throws IOException {
        List<Path> faces = modules("copilot-server").stream()
                .filter(module -> !module.endsWith("app"))
                .toList();
        assertThat(faces).isNotEmpty();
        for (Path face : faces) {
            assertKnows(
                    face,
                    API,
                    CORE,
                    CORE + "\\.json",
                    "org\\.copilotframework\\.server\\." + face.getFileName() + "(\\..*)?");
        }
    }

    @Test
    void theHostKnowsNoneOfThem() throws IOException {
        assertKnows(root().resolve("copilot-core"), API, CORE + "(\\..*)?");
        assertKnows(root().resolve("copilot-api"), API);
    }
}
