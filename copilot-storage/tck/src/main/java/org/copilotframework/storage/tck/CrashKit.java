package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A process that is killed while it writes has lost nothing that was acknowledged and left nothing half made. For stores that
 * survive the end of a process.
 */
abstract class CrashKit extends Theme {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 10})
    void whatWasAcknowledgedIsThereAfterTheProcessWasKilledInMidWrite(int tenths) throws Exception {
        Ledger ledger = new Ledger(tenant(), agent());
        int enough = Math.max(5, store().commits() * tenths / 20);
        Map<String, Integer> acknowledged = writeUntilKilled(ledger, enough);

        try (Storage storage = store().open()) {
            storage.check();
            Map<String, Integer> last = new HashMap<>();
            for (int writer = 0; writer < CrashWriter.WRITERS; writer++) {
                String name = "w" + writer;
                last.put(name, ledger.verify(storage, name, acknowledged.getOrDefault(name, 0)));
            }
            ledger.verifyMessages(storage, last);
            // What was under way may have been made or not; sent again, it is there once.
            for (Map.Entry<String, Integer> writer : last.entrySet()) {
                int next = acknowledged.getOrDefault(writer.getKey(), 0) + 1;
                boolean repeated =
                        storage.commit(ledger.entry(writer.getKey(), next)).repeated();
                assertThat(repeated).isEqualTo(writer.getValue() == next);
                ledger.verify(storage, writer.getKey(), next);
            }
        }
    }

    /** Returns the last number that each writer said. */
    private Map<String, Integer> writeUntilKilled(Ledger ledger, int enough) throws IOException, InterruptedException {
        Path said = Files.createTempFile(folder, "said", ".txt");
        Path faults = Files.createTempFile(folder, "faults", ".txt");
        Process process = ChildJvm.of(CrashWriter.class)
                .redirectOutput(said.toFile())
                .redirectError(faults.toFile())
                .start();
        try {
            CrashWriter.tell(process.getOutputStream(), store(), ledger);
            eventually().until(() -> {
                assertThat(process.isAlive()).as("%s", Files.readString(faults)).isTrue();
                return lines(said).size() >= enough;
            });
        } finally {
            process.destroyForcibly().waitFor();
        }
        Map<String, Integer> last = new HashMap<>();
        for (String line : lines(said)) {
            String[] words = line.split(" ");
            assertThat(last.merge(words[0], 1, Integer::sum)).isEqualTo(Integer.parseInt(words[1]));
        }
        return last;
    }

    /** The lines that were ended. */
    private static List<String> lines(Path said) throws IOException {
        String text = Files.readString(said);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }
}
