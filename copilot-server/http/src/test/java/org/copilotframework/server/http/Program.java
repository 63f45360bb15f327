package org.copilotframework.server.http;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** A program of this machine that is not ours. One that is not there is a failure. */
final class Program {
    private Program() {}

    /**
     * Finds it.
     *
     * @param variable the variable of the environment that may name it
     * @param names what it is called on the PATH, the first that is there
     */
    static Path find(String variable, String... names) {
        String named = System.getenv(variable);
        if (named != null && !named.isBlank()) {
            return Path.of(named);
        }
        List<String> folders = List.of(System.getenv("PATH").split(File.pathSeparator));
        return Arrays.stream(names)
                .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("these tests need " + names[0]
                        + ": run .ci/run, which installs it, or name one by " + variable));
    }
}
