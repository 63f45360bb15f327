package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.tck.Fixtures.ended;
import static org.copilotframework.storage.tck.Fixtures.payload;
import static org.copilotframework.storage.tck.Fixtures.says;
import static org.copilotframework.storage.tck.Fixtures.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.copilotframework.api.spi.storage.SessionHead;
import org.copilotframework.api.spi.storage.StepRecord;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;

/**
 * What writers write of which nothing may be lost, doubled or half made: each writer makes numbered entries in a session of
 * his own, and each entry is a commit of everything that a commit can have.
 */
record Ledger(TenantId tenant, String agent) {
    /** Entry {@code number} of a writer, from 1; each follows the one before. */
    Commit entry(String writer, int number) {
        String run = run(writer, number);
        return Commit.in(tenant)
                .session(says(new SessionId(writer), run, number, Map.of("last", payload("" + number))))
                .start(ended(run, agent, RunState.COMPLETED, null))
                .step(new StepRecord("step", payload(run)))
                .value(ValueChange.insert(run, payload(run), null))
                .message(new OutboxMessage("ledger", writer, payload("" + number)))
                .build();
    }

    private static String run(String writer, int number) {
        return writer + "-" + number;
    }

    /**
     * Checks that all entries that were acknowledged are there once and in order, at most the one that was under way beside
     * them, and nothing of any other.
     *
     * @return the last entry that is there
     */
    int verify(Storage storage, String writer, int acknowledged) {
        SessionId session = new SessionId(writer);
        int last = (int) storage.sessions()
                .head(tenant, session)
                .map(SessionHead::version)
                .orElse(0L)
                .longValue();
        assertThat(last).as("the last entry of " + writer).isBetween(acknowledged, acknowledged + 1);
        List<StoredTurn> turns = turns(storage, session);
        assertThat(turns)
                .extracting(StoredTurn::id)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, last)
                        .mapToObj(number -> run(writer, number) + "/1")
                        .toList());
        for (int number = 1; number <= last; number++) {
            assertThere(storage, run(writer, number), true);
        }
        assertThere(storage, run(writer, last + 1), false);
        if (last > 0) {
            assertThat(storage.sessions().head(tenant, session).orElseThrow().state())
                    .isEqualTo(Map.of("last", payload("" + last)));
        }
        return last;
    }

    private List<StoredTurn> turns(Storage storage, SessionId session) {
        List<StoredTurn> all = new ArrayList<>();
        List<StoredTurn> page = storage.sessions().turns(tenant, session, Long.MAX_VALUE, 1000, Long.MAX_VALUE);
        while (!page.isEmpty()) {
            all.addAll(0, page);
            page = storage.sessions().turns(tenant, session, page.get(0).version() - 1, 1000, Long.MAX_VALUE);
        }
        return all;
    }

    private void assertThere(Storage storage, String run, boolean there) {
        RunId id = new RunId(run);
        assertThat(storage.runs().find(tenant, id).isPresent()).as("run " + run).isEqualTo(there);
        assertThat(storage.runs().step(tenant, id, "step").isPresent())
                .as("the step of run " + run)
                .isEqualTo(there);
        assertThat(storage.values().get(tenant, run).map(StoredValue::value))
                .as("value " + run)
                .isEqualTo(there ? Optional.of(payload(run)) : Optional.empty());
    }

    /** Takes all messages of this ledger out of the outbox, and checks that there is one of each entry, in order. */
    void verifyMessages(Storage storage, Map<String, Integer> last) {
        Map<String, List<Integer>> told = new TreeMap<>();
        List<OutboxRecord> page = storage.outbox().read(1000, Long.MAX_VALUE);
        while (!page.isEmpty()) {
            for (OutboxRecord record : page) {
                if (record.tenant().equals(tenant)) {
                    told.computeIfAbsent(record.message().key(), writer -> new ArrayList<>())
                            .add(Integer.parseInt(text(record.message().content())));
                }
            }
            storage.outbox().remove(page);
            page = storage.outbox().read(1000, Long.MAX_VALUE);
        }
        last.forEach((writer, entries) -> assertThat(told.getOrDefault(writer, List.of()))
                .as("messages of " + writer)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, entries).boxed().toList()));
    }
}
