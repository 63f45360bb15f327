package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.tck.Fixtures.parked;
import static org.copilotframework.storage.tck.Fixtures.queued;
import static org.copilotframework.storage.tck.Fixtures.says;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.Due;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.RunRecord;
import org.copilotframework.api.spi.storage.RunStart;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A page ends before it holds too many bytes, but its first element is always read: so whoever reads on comes to the end. */
abstract class BoundsKit extends Theme {
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");
    private static final Payload KILOBYTE = Payload.of(new byte[1000]);
    private static final RunId RUN = new RunId("r1");

    @Test
    void stepsAreReadByBytes() {
        Commit.Builder steps = Commit.in(tenant()).start(parked("r1", agent()));
        NAMES.forEach(name -> steps.step(new StepRecord(name, KILOBYTE)));
        storage().commit(steps.build());

        bounded((after, bytes) -> storage().runs().steps(tenant(), RUN, after, 10, bytes), StepRecord::key);
    }

    @Test
    void stepsThatHaveNoResultWeighNothing() {
        Commit.Builder steps = Commit.in(tenant()).start(parked("r1", agent()));
        NAMES.forEach(name -> steps.step(new StepRecord(name, name.equals("c") ? KILOBYTE : null)));
        storage().commit(steps.build());

        assertThat(storage().runs().steps(tenant(), RUN, "", 10, 0)).hasSize(2);
        assertThat(storage().runs().steps(tenant(), RUN, "", 10, 1000)).hasSize(5);
        assertThat(storage().runs().steps(tenant(), RUN, "b", 10, 0)).hasSize(1);
    }

    @Test
    void valuesAreReadByBytes() {
        NAMES.forEach(name -> storage().values().compareAndSet(tenant(), ValueChange.insert(name, KILOBYTE, null)));

        bounded((after, bytes) -> storage().values().list(tenant(), "", after, 10, bytes), StoredValue::key);
    }

    @Test
    void messagesAreReadByBytes() {
        List<String> read = new ArrayList<>();
        for (String name : NAMES) {
            storage()
                    .commit(Commit.in(tenant())
                            .session(says(SESSION, name, NAMES.indexOf(name) + 1))
                            .message(new OutboxMessage("topic " + name, "key", KILOBYTE))
                            .build());
        }
        assertThat(Stream.of(0L, 999L, 1000L, 1999L)
                        .map(bytes -> storage().outbox().read(1000, bytes)))
                .allSatisfy(page -> assertThat(page).hasSize(1));
        assertThat(storage().outbox().read(1000, 2999)).hasSize(2);
        assertThat(storage().outbox().read(2, Long.MAX_VALUE)).hasSize(2);
        for (List<OutboxRecord> page = storage().outbox().read(1000, 2500);
                !page.isEmpty();
                page = storage().outbox().read(1000, 2500)) {
            page.forEach(record -> read.add(record.message().topic().substring(6)));
            storage().outbox().remove(page);
        }
        assertThat(read).isEqualTo(NAMES);
    }

    @Test
    void runsAreTakenByBytes() {
        for (String name : NAMES) {
            commit(new RunStart(
                    new RunId(name),
                    "begun",
                    agent(),
                    null,
                    RunState.SUBMITTED,
                    1,
                    KILOBYTE,
                    name.equals("e") ? KILOBYTE : null,
                    null,
                    Due.now(),
                    null));
        }
        List<String> taken = new ArrayList<>();
        eventually().until(() -> {
            List<RunRecord> some = storage().runs().claim("me", List.of(agent()), Fixtures.LONG, 100, 2_500);
            long bytes = some.stream()
                    .mapToLong(run -> run.input().bytes().length
                            + (run.detail() == null ? 0 : run.detail().bytes().length))
                    .sum();
            assertThat(some.size() <= 1 || bytes <= 2_500).as("%s", some).isTrue();
            some.forEach(run -> taken.add(run.head().id().value()));
            return taken.size() == NAMES.size();
        });
        assertThat(taken).containsExactlyInAnyOrderElementsOf(NAMES);
        commit(queued("alone", agent()));
        eventually()
                .until(() -> storage()
                                .runs()
                                .claim("me", List.of(agent()), Fixtures.LONG, 100, 0)
                                .size()
                        == 1);
    }

    /** A page of what comes behind a name. */
    private interface Reader<T> {
        List<T> page(String after, long maxBytes);
    }

    private <T> void bounded(Reader<T> reader, Function<T, @Nullable String> name) {
        assertThat(reader.page("", 0)).extracting(name::apply).containsExactly("a");
        assertThat(reader.page("a", 1999)).extracting(name::apply).containsExactly("b");
        assertThat(reader.page("a", 2000)).extracting(name::apply).containsExactly("b", "c");
        assertThat(reader.page("", Long.MAX_VALUE)).hasSize(5);
        List<String> read = new ArrayList<>();
        for (List<T> page = reader.page("", 2500);
                !page.isEmpty();
                page = reader.page(read.get(read.size() - 1), 2500)) {
            page.forEach(one -> read.add(name.apply(one)));
        }
        assertThat(read).isEqualTo(NAMES);
    }
}
