package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.session.SessionPolicy;
import org.copilotframework.api.session.Turn;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.SessionChange;
import org.copilotframework.core.run.RunDetail;
import org.copilotframework.core.session.TurnForm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls of a session: one after the other, remembered by one commit each, or not at all. */
class SessionCallsTest {
    private static final TenantId ACME = new TenantId("acme");

    private static final SessionId S = new SessionId("s");

    private final Semaphore steps = new Semaphore(0);

    private final List<String> order = Collections.synchronizedList(new ArrayList<>());

    private final SlowStorage storage = new SlowStorage();

    private final HostedAgents agents;

    SessionCallsTest() {
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.storage = storage;
        setup.limits = HostedAgents.limits(limits -> {
            limits.sessionQueue = 2;
            limits.cancelGrace = Duration.ofMillis(100);
        });
        agents = new HostedAgents(setup).with("step", (request, context) -> {
            order.add(request.text());
            steps.acquire();
            return AgentReply.text("did " + request.text());
        });
    }

    @AfterEach
    void nothingIsLeft() {
        steps.release(1_000);
        storage.gate.release(1_000);
        await().until(() ->
                agents.dispatcher.held() == 0 && agents.dispatcher.stats().waiting() == 0);
        agents.close();
    }

    @Test
    void callsOfOneSessionRunInOrderOfArrivalAndABoundedNumberWaits() {
        Run a = submit("a", SessionPolicy.ENQUEUE);
        Run b = submit("b", SessionPolicy.ENQUEUE);
        Run c = submit("c", SessionPolicy.ENQUEUE);
        await().until(() -> agents.dispatcher.stats().waiting() == 2);

        assertThatThrownBy(() -> submit("d", SessionPolicy.ENQUEUE))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("copilot.invoke.session-queue");
        assertThatThrownBy(() -> submit("e", SessionPolicy.REJECT))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("ENQUEUE");

        steps.release(3);
        for (Run run : List.of(a, b, c)) {
            run.reply().toCompletableFuture().join();
        }
        assertThat(order).containsExactly("a", "b", "c");
        assertThat(turns()).extracting(Turn::version).containsExactly(1L, 2L, 3L);
        assertThat(turns()).extracting(turn -> turn.request().text()).containsExactly("a", "b", "c");
        assertThat(turns().get(0).id()).isEqualTo(a.id() + "/1");
    }

    @Test
    void interruptCancelsWhoIsAtWorkAndWhoWaits() {
        Run a = submit("a", SessionPolicy.ENQUEUE);
        Run b = submit("b", SessionPolicy.ENQUEUE);
        await().until(() -> order.contains("a"));

        Run c = submit("c", SessionPolicy.INTERRUPT);
        for (Run run : List.of(a, b)) {
            assertThatThrownBy(() -> run.reply().toCompletableFuture().join())
                    .hasCauseInstanceOf(CanceledException.class)
                    .hasMessageContaining("INTERRUPT");
        }
        await().until(() -> order.contains("c"));
        steps.release();
        c.reply().toCompletableFuture().join();

        assertThat(order).containsExactly("a", "c");
        assertThat(turns()).extracting(turn -> turn.request().text()).containsExactly("c");
    }

    @Test
    void anAbandonedCallGivesItsSessionFreeAtOnceAndNeverCommits() {
        agents.with("deaf", (request, context) -> {
            steps.acquireUninterruptibly();
            return AgentReply.text("late");
        });
        assertThatThrownBy(() -> agents.client()
                        .invoke(AgentRequest.to("deaf")
                                .text("x")
                                .session("s")
                                .timeout(Duration.ofMillis(20))
                                .build()))
                .isInstanceOf(DeadlineExceededException.class);

        agents.with("quick", (request, context) -> AgentReply.text("quick"));
        agents.client().invoke(AgentRequest.to("quick").text("y").session("s").build());
        steps.release(10);
        await().until(() -> agents.dispatcher.stats().abandoned() == 0);

        assertThat(turns()).extracting(Turn::agent).containsExactly("quick");
    }

    @Test
    void whatSomebodyElseWroteMeanwhileIsAConflict() {
        agents.with("raced", (request, context) -> {
            Turn other = new Turn("other/1", 1, Instant.now(), "other", Message.user("q"), Message.agent("a"));
            storage.commit(Commit.in(ACME)
                    .session(new SessionChange(S, TurnForm.store(other), Map.of(), 0))
                    .build());
            return AgentReply.text("mine");
        });

        assertThatThrownBy(() -> agents.client()
                        .invoke(AgentRequest.to("raced").text("go").session("s").build()))
                .isInstanceOf(ConflictException.class);
        Run run = agents.client()
                .submit(AgentRequest.to("raced").text("go").session("t").build());
        run.reply().toCompletableFuture().join();
        assertThat(turns()).extracting(Turn::agent).containsExactly("other");
    }

    @Test
    void aStoreThatFailsIsUnavailable() {
        storage.broken = true;

        assertThatThrownBy(() -> agents.client()
                        .invoke(AgentRequest.to("step").text("go").session("s").build()))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("disk");
        assertThatThrownBy(() -> agents.client()
                        .submit(AgentRequest.to("step").text("go").build()))
                .isInstanceOf(UnavailableException.class);
        storage.broken = false;
        storage.brokenCommits = true;
        steps.release(10);
        assertThatThrownBy(() -> agents.client()
                        .invoke(AgentRequest.to("step").text("go").session("s").build()))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("disk");
    }

    @Test
    void aStoreThatHangsInTheCommitLeavesTheCallerInDoubtAndSaysSo() {
        storage.hang = true;
        steps.release();

        assertThatThrownBy(() -> agents.client()
                        .invoke(AgentRequest.to("step")
                                .text("go")
                                .session("s")
                                .timeout(Duration.ofMillis(200))
                                .build()))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("not known");
        storage.gate.release(10);
        await().until(() -> turns().size() == 1);
    }

    @Test
    void stateIsSeenWithOwnChangesAndHasLimits() {
        agents.with("state", (request, context) -> {
            var session = context.session().orElseThrow();
            session.put("a", 1);
            session.put("b", 2);
            session.remove("b");
            session.remove("never there");
            assertThat(session.get("a"))
                    .hasValueSatisfying(a -> assertThat(a.value()).isEqualTo(1L));
            assertThat(session.get("b")).isEmpty();
            assertThatThrownBy(() -> session.put("", 1)).isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> session.put("x".repeat(129), 1)).isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> session.history(0)).isInstanceOf(InvalidRequestException.class);
            for (int i = 1; i < 256; i++) {
                session.put("k" + i, i);
            }
            assertThatThrownBy(() -> session.put("one too many", 1)).isInstanceOf(InvalidRequestException.class);
            session.remove("k1");
            session.put("instead", 1);
            return AgentReply.text(session.id() + " " + session.version());
        });

        assertThat(agents.client()
                        .invoke(AgentRequest.to("state").text("go").session("s").build())
                        .text())
                .isEqualTo("s 0");
        Map<String, ?> state = storage.sessions().head(ACME, S).orElseThrow().state();
        assertThat(state).hasSize(256).containsKey("instead").doesNotContainKeys("b", "k1");
    }

    @Test
    void aCallWithoutSessionAndRunWritesNothing() {
        agents.with("echo", (request, context) -> AgentReply.text(request.text()));

        agents.client().invoke("echo", "hello");

        assertThat(storage.commits).isZero();
    }

    @Test
    void aFailedActivationChangesNothing() {
        CountDownLatch put = new CountDownLatch(1);
        agents.with("fails", (request, context) -> {
            context.session().orElseThrow().put("k", "v");
            put.countDown();
            throw new IllegalStateException("after the put");
        });

        assertThatThrownBy(() -> agents.client()
                        .invoke(AgentRequest.to("fails").text("go").session("s").build()))
                .hasMessageContaining("after the put");
        assertThat(put.getCount()).isZero();
        assertThat(storage.sessions().head(ACME, S)).isEmpty();
    }

    @Test
    void aSubmittedRunIsWrittenBeforeItIsAcknowledgedAndAtItsEnd() {
        Run run = submit("a", SessionPolicy.ENQUEUE);
        assertThat(storage.runs().find(ACME, run.id())).isPresent();
        steps.release();
        run.reply().toCompletableFuture().join();

        assertThat(storage.runs().find(ACME, run.id()).orElseThrow()).satisfies(record -> {
            assertThat(record.head().state()).isEqualTo(RunState.COMPLETED);
            assertThat(RunDetail.read(record.detail()).said()).isEqualTo(Message.agent("did a"));
            assertThat(record.head().session()).isEqualTo(S);
        });
        assertThat(storage.commits).isEqualTo(2);

        Run cancelled = submit("b", SessionPolicy.ENQUEUE);
        cancelled.cancel("no need");
        await().until(() ->
                storage.runs().find(ACME, cancelled.id()).orElseThrow().head().state() == RunState.CANCELED);
    }

    private Run submit(String text, SessionPolicy policy) {
        return agents.client()
                .submit(AgentRequest.to("step")
                        .text(text)
                        .session("s")
                        .sessionPolicy(policy)
                        .build());
    }

    private List<Turn> turns() {
        return storage.sessions().turns(ACME, S, Long.MAX_VALUE, 100, Long.MAX_VALUE).stream()
                .map(TurnForm::read)
                .toList();
    }
}
