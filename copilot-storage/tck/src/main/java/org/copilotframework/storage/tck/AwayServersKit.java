package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A server that cannot be reached, is started anew, or has too much to do. */
abstract class AwayServersKit extends FaultTheme {
    private static final int WRITERS = 4;

    List<NetworkFaultsKit.Throttling> throttlings() {
        return kit().throttlings();
    }

    @Test
    void aServerThatRefusesIsUnavailableUntilItIsBack() {
        sentUntilMade(ledger().entry("w", 1));
        proxy().refuse();
        Commit entry = ledger().entry("w", 2);
        for (int i = 0; i < 2; i++) {
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> distant().commit(entry))
                    .satisfies(error -> assertThat(error.retryAfter()).isPresent());
            assertThatExceptionOfType(UnavailableException.class)
                    .isThrownBy(() -> distant().sessions().head(tenant(), SESSION));
        }
        proxy().forward();
        sentUntilMade(entry);
        verify(Map.of("w", 2));
    }

    @Test
    void aStoreIsNotOpenedWhereNobodyListens() {
        proxy().refuse();
        assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> {
            try (Storage never = kit().through(proxy().address()).open()) {
                never.check();
            }
        });
    }

    @Test
    void nothingIsLostOrDoubledWhenConnectionsAreResetUnderLoad() throws Exception {
        underLoad(entries -> {
            for (int i = 0; i < 10; i++) {
                proxy().reset();
                int before = entries.get();
                eventually().until(() -> entries.get() > before);
            }
        });
    }

    @Test
    void nothingIsLostOrDoubledWhenTheServerIsStoppedAndStartedUnderLoad() throws Exception {
        underLoad(entries -> {
            kit().stopServer();
            kit().startServer();
        });
    }

    @ParameterizedTest
    @MethodSource("throttlings")
    void aServerThatHasTooMuchToDoIsToldAsSuchAndNothingIsLost(NetworkFaultsKit.Throttling throttling)
            throws Exception {
        Queue<CopilotException> told = refusals();
        underLoad(entries -> {
            told.clear();
            throttling.begins().take();
            try {
                proxy().reset();
                eventually()
                        .until(() -> told.stream()
                                .anyMatch(error ->
                                        String.valueOf(error.getMessage()).contains(throttling.words())));
            } finally {
                throttling.ends().take();
                proxy().reset();
            }
        });
        assertThat(told).allSatisfy(FaultTheme::mayBeTriedAgain).allSatisfy(this::showsNoSecret);
    }

    private void showsNoSecret(CopilotException error) {
        String secret = StorageUrl.parse(store().url()).password().orElse("");
        for (Throwable cause = error; cause != null && !secret.isEmpty(); cause = cause.getCause()) {
            assertThat(String.valueOf(cause.getMessage())).doesNotContain(secret);
        }
    }

    /** What happens while entries are made. */
    private interface Fault {
        void happens(AtomicInteger entries) throws Exception;
    }

    private void underLoad(Fault fault) throws Exception {
        Map<String, Integer> acknowledged = new ConcurrentHashMap<>();
        AtomicInteger entries = new AtomicInteger();
        AtomicBoolean done = new AtomicBoolean();
        int enough = Math.max(20, store().commits() / 10);
        try (Crowd crowd = new Crowd()) {
            for (int writer = 0; writer < WRITERS; writer++) {
                String name = "w" + writer;
                crowd.add(() -> {
                    for (int number = 1; !done.get(); number++) {
                        sentUntilMade(ledger().entry(name, number));
                        acknowledged.put(name, number);
                        entries.incrementAndGet();
                    }
                });
            }
            crowd.letGo();
            try {
                eventually().until(() -> entries.get() >= enough);
                fault.happens(entries);
                int before = entries.get();
                eventually().until(() -> entries.get() >= before + enough);
            } finally {
                done.set(true);
            }
        }
        verify(acknowledged);
    }
}
