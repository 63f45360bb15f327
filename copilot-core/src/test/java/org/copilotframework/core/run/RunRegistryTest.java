package org.copilotframework.core.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.junit.jupiter.api.Test;

class RunRegistryTest {
    private static final TenantId ACME = new TenantId("acme");

    private final RunRegistry runs = new RunRegistry(10);

    @Test
    void aParkedRunIsKeptAsLongAsSomebodyWaitsForItsReply() {
        CountDownLatch told = new CountDownLatch(1);
        WeakReference<RunHandle> parked = parked("r1");
        parkedRun(parked).reply().thenAccept(reply -> told.countDown());

        collectOther();

        RunHandle known = runs.elsewhere().get(0);
        known.standing().ended(RunState.COMPLETED);
        runs.ended(known, 0);
        known.complete(AgentReply.text("done"), null);
        assertThat(told.getCount()).isZero();
    }

    @Test
    void aParkedRunIsKeptAsLongAsSomebodyHoldsTheStageThatHeGotBeforeItWasParked() {
        RunHandle run = run("r1");
        runs.add(run);
        CompletionStage<AgentReply> reply = run.reply();
        runs.elsewhere(run);
        run = null;

        collectOther();

        AgentReply done = AgentReply.text("done");
        runs.elsewhere().get(0).complete(done, null);
        assertThat(reply.toCompletableFuture()).isCompletedWithValue(done);
    }

    @Test
    void aParkedRunIsKeptAsLongAsSomebodyReadsItsEvents() {
        WeakReference<RunHandle> parked = parked("r1");
        EventStream events = parkedRun(parked).events(0);

        collectOther();

        runs.elsewhere().get(0).standing().working();
        assertThat(events.poll(Duration.ofSeconds(10))).isPresent();
        events.close();
    }

    @Test
    void aParkedRunThatNobodyHoldsIsForgotten() {
        WeakReference<RunHandle> parked = parked("r1");

        await().until(() -> {
            System.gc();
            return parked.get() == null;
        });

        assertThat(runs.elsewhere()).isEmpty();
        assertThat(runs.size()).isZero();
    }

    @Test
    void twoThatShowOneRunShowTheSame() {
        RunHandle first = runs.shown(run("r1"));
        RunHandle second = runs.shown(run("r1"));

        assertThat(second).isSameAs(first);
        assertThat(runs.find(ACME, new RunId("r1"))).containsSame(first);
        runs.add(first);
        assertThat(runs.shown(run("r1"))).isSameAs(first);
        runs.ended(first, 0);
        assertThat(runs.shown(run("r1"))).isSameAs(first);
    }

    @Test
    void aRunWhoseEndIsToldTwiceIsCountedOnce() {
        RunHandle twice = run("r0");
        twice.standing().ended(RunState.COMPLETED);
        for (int i = 0; i < 5; i++) {
            runs.ended(twice, 0);
            runs.elsewhere(twice);
        }
        for (int i = 1; i < 10; i++) {
            runs.ended(run("r" + i), 0);
        }

        assertThat(runs.size()).isEqualTo(10);
        assertThat(runs.find(ACME, new RunId("r0"))).containsSame(twice);
        assertThat(runs.elsewhere()).isEmpty();
        runs.ended(run("r10"), 0);
        assertThat(runs.find(ACME, new RunId("r0"))).isEmpty();
    }

    @Test
    void anErasedTenantsRunsAreForgotten() {
        RunHandle atWork = run("r1");
        RunHandle parked = run("r2");
        RunHandle ended = run("r3");
        RunHandle others = new RunHandle(new TenantId("other"), new RunId("r1"), 10, 1_000, new NoControl());
        runs.add(atWork);
        runs.elsewhere(parked);
        runs.ended(ended, 100);
        runs.ended(others, 100);

        List<RunHandle> forgotten = runs.forget(ACME);

        assertThat(forgotten).containsExactlyInAnyOrder(atWork, parked, ended);
        assertThat(runs.find(ACME, new RunId("r1"))).isEmpty();
        assertThat(runs.find(ACME, new RunId("r2"))).isEmpty();
        assertThat(runs.find(ACME, new RunId("r3"))).isEmpty();
        assertThat(runs.find(new TenantId("other"), new RunId("r1"))).containsSame(others);
    }

    /** Until another run, of which nobody knows, is collected: then this one would be too. */
    private void collectOther() {
        WeakReference<RunHandle> other = parked("other");
        await().until(() -> {
            System.gc();
            return other.get() == null;
        });
    }

    private WeakReference<RunHandle> parked(String id) {
        RunHandle run = run(id);
        runs.elsewhere(run);
        return new WeakReference<>(run);
    }

    private static RunHandle parkedRun(WeakReference<RunHandle> parked) {
        RunHandle run = parked.get();
        if (run == null) {
            throw new AssertionError("collected before it was asked");
        }
        return run;
    }

    private static RunHandle run(String id) {
        return new RunHandle(ACME, new RunId(id), 10, 1_000, new NoControl());
    }

    private record NoControl() implements RunControl {
        @Override
        public boolean cancel(RunHandle run, String why) {
            return false;
        }

        @Override
        public void input(RunHandle run, Message message) {}
    }
}
