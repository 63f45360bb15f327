package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own, for what its environment, its working directory or a signal does. */
final class Running implements AutoCloseable {
    private final Process process;
    private final Path out;

    private Running(Process process, Path out) {
        this.process = process;
        this.out = out;
    }

    static Running run(Path folder, Map<String, String> environment, String... words) throws IOException {
        Path out = Files.createTempFile(folder, "said", ".txt");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.command().addAll(List.of(words));
        builder.environment().putAll(environment);
        return new Running(builder.start(), out);
    }

    /** What a command says that ends well by itself. */
    static String said(Path folder, Map<String, String> environment, String... words) throws Exception {
        try (Running command = run(folder, environment, words)) {
            int status = command.ended();
            assertThat(status).as(command.text()).isZero();
            return command.text();
        }
    }

    String text() throws IOException {
        return Files.readString(out);
    }

    void awaitText(String text) {
        await().atMost(Duration.ofSeconds(90)).until(() -> {
            assertThat(process.isAlive() || text().contains(text)).as(text()).isTrue();
            return text().contains(text);
        });
    }

    /** Tells it to end, as a container does. */
    void tell() {
        process.destroy();
    }

    /** Tells it to end, and waits until it has. */
    int end() throws InterruptedException {
        process.destroy();
        return ended();
    }

    /** Waits until it has ended by itself. */
    int ended() throws InterruptedException {
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
