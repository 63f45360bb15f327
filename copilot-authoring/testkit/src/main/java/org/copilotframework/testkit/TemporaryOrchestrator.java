package org.copilotframework.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;

/**
 * An orchestrator that leaves nothing behind.
 *
 * @param orchestrator the orchestrator
 * @param folder holds its home and its inbox, and is deleted at the end
 */
record TemporaryOrchestrator(Orchestrator orchestrator, Path folder) implements AutoCloseable {
    static TemporaryOrchestrator start(Consumer<OrchestratorBuilder> configuration) {
        try {
            Path folder = Files.createTempDirectory("copilot-test-");
            try {
                // Whatever the environment of the test says, it gets an empty orchestrator.
                OrchestratorBuilder builder = Orchestrator.builder()
                        .home(folder.resolve("home"))
                        .plugins(Files.createDirectory(inbox(folder)))
                        .setting("copilot.storage.url", "memory:local");
                configuration.accept(builder);
                return new TemporaryOrchestrator(builder.start(), folder);
            } catch (RuntimeException | Error | IOException fault) {
                delete(folder);
                throw fault;
            }
        } catch (IOException unusable) {
            throw new UncheckedIOException("no temporary folder for the test's orchestrator", unusable);
        }
    }

    Path inbox() {
        return inbox(folder);
    }

    @Override
    public void close() {
        orchestrator.close();
        try {
            delete(folder);
        } catch (IOException left) {
            throw new UncheckedIOException("the files of the test's orchestrator cannot be deleted", left);
        }
    }

    private static Path inbox(Path folder) {
        return folder.resolve("inbox");
    }

    private static void delete(Path folder) throws IOException {
        List<Path> deepestFirst;
        try (Stream<Path> files = Files.walk(folder)) {
            deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : deepestFirst) {
            Files.deleteIfExists(file);
        }
    }
}
