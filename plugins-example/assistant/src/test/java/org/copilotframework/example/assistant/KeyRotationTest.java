package org.copilotframework.example.assistant;

import static org.awaitility.Awaitility.await;
import static org.copilotframework.testkit.CopilotAssertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.copilotframework.testkit.CopilotExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A key that is a secret is changed where it is kept, and nothing is started anew. */
class KeyRotationTest {
    private static final Path KEYS = keys();
    private static final ScriptedEndpoint endpoint = new ScriptedEndpoint();

    @RegisterExtension
    static final CopilotExtension copilot = Bed.at(endpoint)
            .setting("copilot.plugin.assistant.api-key", "${secret:model-key}")
            .setting("copilot.secrets.file.folder", KEYS.toString())
            .setting("copilot.secrets.refresh", "50ms")
            .build();

    @AfterAll
    static void close() throws IOException {
        endpoint.close();
        for (String file : List.of("model-key", "")) {
            Files.deleteIfExists(KEYS.resolve(file));
        }
    }

    @Test
    void aNewKeyIsUsedWithoutARestart() {
        assertThat(authorization()).isEqualTo("Bearer sk-first-key");
        write(KEYS, "sk-second-key");
        await().untilAsserted(() -> assertThat(authorization()).isEqualTo("Bearer sk-second-key"));
    }

    /** There before the extension reads its settings. */
    private static Path keys() {
        try {
            Path folder = Files.createTempDirectory("model-keys");
            write(folder, "sk-first-key");
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path folder, String key) {
        try {
            Path next = Files.writeString(folder.resolve("next"), key + "\n");
            Files.move(next, folder.resolve("model-key"), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String authorization() {
        endpoint.forget();
        endpoint.says("hello");
        copilot.client().invoke("assistant", "hi");
        return endpoint.asked().get(0).authorization();
    }
}
