package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.core.ConditionFactory;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Storage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the themes of {@link NetworkFaultsKit} share: the store by way of a proxy, and entries of which none may be lost. */
abstract class FaultTheme extends Theme {
    private FaultProxy proxy;
    private Storage distant;
    private Ledger ledger;
    /** Of this test. */
    private Queue<CopilotException> refusals;

    /** For the themes of the kit. */
    FaultTheme() {}

    /** The kit that was extended: it knows the server. */
    abstract NetworkFaultsKit kit();

    @Override
    protected final StoreUnderTest store() {
        return kit().store();
    }

    @BeforeEach
    void openByProxy() {
        proxy = new FaultProxy(kit()::server);
        distant = kit().through(proxy.address()).open();
        ledger = new Ledger(tenant(), agent());
        refusals = new ConcurrentLinkedQueue<>();
    }

    @AfterEach
    void closeProxy() {
        proxy.forward();
        distant.close();
        proxy.close();
    }

    final FaultProxy proxy() {
        return proxy;
    }

    /** The store by way of the proxy. */
    final Storage distant() {
        return distant;
    }

    final Ledger ledger() {
        return ledger;
    }

    /** Why commits were not acknowledged. */
    final Queue<CopilotException> refusals() {
        return refusals;
    }

    static void mayBeTriedAgain(CopilotException error) {
        assertThat(
                        error instanceof UnavailableException unavailable
                                ? unavailable.retryAfter()
                                : ((QuotaExceededException) error).retryAfter())
                .as(error.getMessage())
                .isPresent();
    }

    final boolean sent(Commit commit) {
        return refusal(commit) == null;
    }

    /** Why a commit was not acknowledged, or null if it was. */
    final @Nullable CopilotException refusal(Commit commit) {
        try {
            distant.commit(commit);
            return null;
        } catch (UnavailableException | QuotaExceededException unknown) {
            refusals.add(unknown);
            return unknown;
        }
    }

    final void sentUntilMade(Commit commit) {
        eventually().until(() -> sent(commit));
    }

    /** Each writer's entries, as a process sees them that opens the store anew and as the others see them. */
    final void verify(Map<String, Integer> acknowledged) {
        try (Storage fresh = store().open()) {
            Map<String, Integer> last = new HashMap<>();
            acknowledged.forEach((writer, number) -> {
                assertThat(ledger.verify(fresh, writer, number)).isEqualTo(number);
                last.put(writer, number);
            });
            ledger.verifyMessages(fresh, last);
        }
        recovered()
                .untilAsserted(() -> acknowledged.forEach((writer, number) -> {
                    assertThat(ledger.verify(distant, writer, number)).isEqualTo(number);
                    assertThat(ledger.verify(storage(), writer, number)).isEqualTo(number);
                }));
    }

    static ConditionFactory recovered() {
        return eventually().ignoreException(UnavailableException.class);
    }
}
