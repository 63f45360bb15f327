package org.copilotframework.security.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.copilotframework.security.aws.Recall.ask;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.core.Health;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.security.aws.FakeAws.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host that is at work while KMS is away, throttled or slow, or credentials have expired. */
class KmsOutageTest {
    /** So short that the keys in memory are to be had anew while the test runs, which is after half of it. */
    private static final String LIFE = "16s";

    @TempDir
    private Path folder;

    private final List<FakeAws> services = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
        services.forEach(FakeAws::close);
    }

    /** All at the same time, since most of it is waiting for the half of a life. */
    @Test
    void whileKmsIsDownThrottledOrSlowKeysInMemoryAreUsedOnAndHealthSaysSo() throws Exception {
        FakeAws slow = service();
        List<Future<?>> outages = List.of(
                threads.submit(
                        outage("expired", service(), FakeAws.error(400, "ExpiredTokenException"), "have expired")),
                threads.submit(outage("away", service(), FakeAws.reset(), "cannot be reached")),
                threads.submit(
                        outage("throttled", service(), FakeAws.error(400, "ThrottlingException"), "asks to slow down")),
                threads.submit(outage(
                        "slow", slow, slow.hang(), "did not answer within 3000 ms (copilot.encryption.kms.timeout)")));
        for (Future<?> outage : outages) {
            outage.get();
        }
    }

    private FakeAws service() {
        FakeAws service = new FakeAws();
        services.add(service);
        return service;
    }

    private Runnable outage(String name, FakeAws aws, Fault fault, String said) {
        return () -> {
            aws.kms.create("alias/copilot");
            try (Orchestrator copilot = new Host(aws, folder)
                    .wrappingKeys(name, "alias/copilot")
                    .setting("copilot.encryption.kms.timeout", "3s")
                    .setting("copilot.encryption.aead.key-check", "100ms")
                    .setting("copilot.encryption.aead.key-life", LIFE)
                    .start()) {
                isSurvived(name, copilot, aws, fault, said);
            }
        };
    }

    private static void isSurvived(String name, Orchestrator copilot, FakeAws aws, Fault fault, String said) {
        ask(copilot, "acme", "one");
        assertThat(encryption(copilot).status()).as(name).isEqualTo(Health.Status.OK);

        AtomicInteger refused = new AtomicInteger();
        aws.rule(asked -> {
            if (asked.action().equals("kms:Decrypt") && asked.tenant().equals("acme")) {
                refused.incrementAndGet();
            }
            return fault;
        });
        assertThatExceptionOfType(UnavailableException.class)
                .as(name)
                .isThrownBy(() -> ask(copilot, "newcomer", "hello"))
                .withMessageContaining(said)
                .satisfies(error -> assertThat(error.retryAfter()).isPresent());
        await(name)
                .pollInterval(Duration.ofMillis(250))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    assertThat(ask(copilot, "acme", "two")).as(name).startsWith("Before: [");
                    return refused.get() > 0;
                });
        assertThat(ask(copilot, "acme", "three")).as(name).endsWith("two]");
        assertThat(encryption(copilot)).as(name).satisfies(part -> {
            assertThat(part.status()).isNotEqualTo(Health.Status.OK);
            assertThat(part.reason()).contains("AWS KMS", said, "Keys in memory are used on");
        });

        aws.well();
        await(name)
                .ignoreExceptionsInstanceOf(UnavailableException.class)
                .until(() -> ask(copilot, "newcomer", "hello").equals("Before: []"));
        assertThat(encryption(copilot).status()).as(name).isEqualTo(Health.Status.OK);
    }

    private static Health.Part encryption(Orchestrator copilot) {
        return Host.health(copilot, "encryption");
    }
}
