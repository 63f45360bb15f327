package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.TreeSet;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.Test;

/** What the contract gains with a body of its own is handed on too: else a store would lose what it does better. */
class WholeContractTest {
    /** These are made of the others. */
    private static final Set<String> MADE = Set.of("Blobs.write/3", "Blobs.read/2", "Blobs.delete/2");

    @Test
    void noMethodIsForgotten() {
        Set<String> forgotten = new TreeSet<>();
        forgotten.addAll(forgotten(Storage.class, EncryptedStorage.class));
        forgotten.addAll(forgotten(Sessions.class, EncryptedSessions.class));
        forgotten.addAll(forgotten(Runs.class, EncryptedRuns.class));
        forgotten.addAll(forgotten(KeyValues.class, EncryptedValues.class));
        forgotten.addAll(forgotten(Outbox.class, EncryptedOutbox.class));
        forgotten.addAll(forgotten(Blobs.class, EncryptedBlobs.class));

        assertThat(forgotten).isEqualTo(MADE);
    }

    private static Set<String> forgotten(Class<?> contract, Class<?> decorator) {
        Set<String> missing = new TreeSet<>();
        for (Method method : contract.getMethods()) {
            try {
                if (!Modifier.isStatic(method.getModifiers())
                        && decorator
                                .getMethod(method.getName(), method.getParameterTypes())
                                .getDeclaringClass()
                                .isInterface()) {
                    missing.add(contract.getSimpleName() + "." + method.getName() + "/" + method.getParameterCount());
                }
            } catch (NoSuchMethodException gone) {
                throw new AssertionError(gone);
            }
        }
        return missing;
    }
}
