package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.storage.tck.Fixtures.completes;
import static org.copilotframework.storage.tck.Fixtures.text;
import static org.copilotframework.storage.tck.Fixtures.working;

import java.util.List;
import java.util.stream.IntStream;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.StoredTurn;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nodes whose clocks are an hour ahead and an hour behind lose nothing and change no order, whichever clock the store goes by.
 * What a store promises that has a clock itself is in {@link StoreClockKit}.
 */
abstract class WrongClockKit extends ClockTheme {
    @ParameterizedTest
    @MethodSource("nodes")
    void whatBothCommitIsThereOnceAndInItsOrder(Node wrong) {
        for (int version = 1; version <= 8; version++) {
            if (version % 2 == 0) {
                wrong.node().say(tenant(), SESSION, "r" + version, version);
            } else {
                storage()
                        .commit(ClockNode.said(Commit.in(tenant()), SESSION.value(), "r" + version, version)
                                .build());
            }
        }
        List<String> all = IntStream.rangeClosed(1, 8).mapToObj(i -> "r" + i).toList();

        assertThat(turns())
                .extracting(StoredTurn::id)
                .containsExactlyElementsOf(all.stream().map(run -> run + "/1").toList());
        assertThat(waiting())
                .extracting(message -> text(message.message().content()))
                .containsExactlyElementsOf(all);
    }

    @ParameterizedTest
    @MethodSource("nodes")
    void whoeverHasARunInTheEndOneEndsItAndTheOtherIsFencedOff(Node wrong) {
        commit(working("r1", agent(), "right-clock", HALF));
        Commit mine = Commit.in(tenant()).run(completes(run("r1"))).build();
        boolean taken = wrong.node().claim(agent(), HALF) > 0;

        assertThat(ClockNode.ended(storage(), mine)).isEqualTo(!taken);
        assertThat(wrong.node().complete(tenant(), "r1")).isEqualTo(taken);
        assertThat(run("r1").head().state()).isEqualTo(RunState.COMPLETED);
    }
}
