package org.copilotframework.storage.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.dynamodb.Sample.SESSION;
import static org.copilotframework.storage.dynamodb.Sample.TENANT;
import static org.copilotframework.storage.dynamodb.Sample.begin;
import static org.copilotframework.storage.dynamodb.Sample.payload;
import static org.copilotframework.storage.dynamodb.Sample.queued;
import static org.copilotframework.storage.dynamodb.Sample.turn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.storage.dynamodb.AnsweringProxy.Answer;
import org.junit.jupiter.api.Test;

/** The README's policies allow what the code asks for, and nothing else. */
class GrantsTest {
    private static final Path README = Path.of("README.md");

    @Test
    void thePoliciesListEachActionThatIsNeededAndNoOther() throws IOException {
        try (AnsweringProxy proxy = new AnsweringProxy(TableUnderTest.server().port())) {
            proxy.rule((operation, number, body) -> operation.endsWith("ContinuousBackups")
                    ? Optional.of(new Answer(
                            200,
                            "{\"ContinuousBackupsDescription\":{\"PointInTimeRecoveryDescription\":"
                                    + "{\"PointInTimeRecoveryStatus\":\"DISABLED\"}}}"))
                    : Optional.empty());
            try (Storage storage = proxy.table(
                            TableUnderTest.fresh().table(), Map.of("timeout", "30s", "deletion-protection", "false"))
                    .open()) {
                storage.migrate();
                use(storage);
            }
        }
        Set<String> listed = new TreeSet<>();
        Matcher matcher = Pattern.compile("\"dynamodb:([A-Za-z]+)\"").matcher(Files.readString(README));
        while (matcher.find()) {
            listed.add(matcher.group(1));
        }
        // Of this test and of all that ran before it in the same JVM.
        assertThat(SentRequests.actions()).containsExactlyInAnyOrderElementsOf(listed);
    }

    private static void use(Storage storage) {
        storage.check();
        storage.commit(turn(1));
        storage.commit(begin(queued("r1")));
        RunRecord run = storage.runs()
                .claim("me", List.of("docs"), Duration.ofMinutes(1), 10)
                .get(0);
        RunLease lease = new RunLease(TENANT, new RunId("r1"), run.head().fence());
        storage.runs().renew(List.of(lease), Duration.ofMinutes(1));
        storage.commit(Commit.in(TENANT)
                .within(lease)
                .step(new StepRecord("s", payload("x")))
                .build());
        storage.runs().step(TENANT, new RunId("r1"), "s");
        storage.runs().retain(lease, List.of(new StoredEvent(1, payload("e"))), 0);
        storage.runs().list(TENANT, null, null, 10);
        storage.values().add(TENANT, "count", 1, null);
        storage.sessions().delete(TENANT, SESSION);
        storage.sweep(new Retention(Duration.ofDays(1)), 10);
        storage.outbox().read(10, Long.MAX_VALUE);
        storage.tenants(null, 10);
        storage.erase(TENANT);
    }
}
