package org.copilotframework.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes keys and certificates by the program that comes with the JDK. */
final class Keytool {
    private Keytool() {}

    /** Runs it on a keystore, and demands that it ends well. */
    static void run(Path store, String password, String... args) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(args));
        command.addAll(List.of("-keystore", store.toString(), "-storepass", password));
        Path said = store.resolveSibling("keytool.txt");
        Process tool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(tool.waitFor()).as(Files.readString(said)).isZero();
    }
}
