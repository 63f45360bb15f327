package org.copilotframework.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.tools.ToolProvider;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostJsonLeakTest {
    private static final String SOURCE = """
            package plugin;
            import java.util.*;
            import org.copilotframework.api.agent.*;
            public record Task(@Default("a") String name, Kind kind, List<Task> parts, Optional<Map<Kind, Long>> counts) {
                public enum Kind { SMALL, LARGE }
            }
            """;

    @Test
    void thePluginsClassesGoWithItsCodec(@TempDir Path folder) throws Exception {
        Path source = Files.writeString(folder.resolve("Task.java"), SOURCE);
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", System.getProperty("java.class.path"), "-d", folder.toString(), source.toString());
        assertThat(status).isZero();

        WeakReference<ClassLoader> loader = used(folder);

        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return loader.get() == null;
        });
    }

    private static WeakReference<ClassLoader> used(Path folder) throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {folder.toUri().toURL()}, HostJsonLeakTest.class.getClassLoader())) {
            Class<?> task = loader.loadClass("plugin.Task");
            HostJson json = new HostJson();
            Data data = Data.of(Map.of(
                    "kind", "SMALL", "parts", List.of(Map.of("kind", "LARGE", "parts", List.of())), "counts", Map.of("SMALL", 1)));
            Object read = json.read(data, task);
            assertThat(json.write(read).at("/parts/0/name")).contains(Data.of("a"));
            assertThat(json.schema(task).at("/properties/name/default")).contains(Data.of("a"));
            assertThatThrownBy(() -> json.read(Data.of(Map.of("kind", "NONE")), task))
                    .isInstanceOf(InvalidRequestException.class);
            return new WeakReference<>(loader);
        }
    }
}
