package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.DeadlineExceededException;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests with a key are done once, whoever sends them again, where and when. */
class IdempotencyTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @RegisterExtension
    final Processes processes = new Processes();

    private final AtomicInteger done = new AtomicInteger();

    private HostedAgents counting(HostedAgents agents) {
        return agents.with("counts", (request, context) -> AgentReply.text("done " + done.incrementAndGet()));
    }

    private static AgentRequest asks(String agent, String text, String key) {
        return AgentRequest.to(agent).text(text).idempotencyKey(key).build();
    }

    @Test
    void theSameRequestIsDoneOnceAndAnsweredTwice() {
        HostedAgents agents = counting(processes.one());

        assertThat(agents.client().invoke(asks("counts", "go", "k")).text()).isEqualTo("done 1");
        assertThat(agents.client().invoke(asks("counts", "go", "k")).text()).isEqualTo("done 1");
        assertThat(agents.client().invoke(asks("counts", "go", "other")).text()).isEqualTo("done 2");
        Run run = agents.client().submit(asks("counts", "go", "k"));
        assertThat(run.reply().toCompletableFuture().join().text()).isEqualTo("done 1");
        assertThat(done).hasValue(2);
    }

    @Test
    void anotherProcessKnowsItToo() {
        Run first = counting(processes.one()).client().submit(asks("counts", "go", "k"));
        HostedAgents other = counting(processes.one());

        Run again = other.client().submit(asks("counts", "go", "k"));
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(other.client().invoke(asks("counts", "go", "k")).text()).isEqualTo("done 1");
        assertThat(done).hasValue(1);
    }

    @Test
    void ofManyThatComeAtOnceOneIsDone() {
        HostedAgents one = counting(processes.one());
        HostedAgents other = counting(processes.one());
        List<CompletableFuture<String>> all = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Client client = (i % 2 == 0 ? one : other).client();
            all.add(CompletableFuture.supplyAsync(
                    () -> client.invoke(asks("counts", "go", "k")).text()));
        }

        assertThat(all).allSatisfy(reply -> assertThat(reply.join()).isEqualTo("done 1"));
        assertThat(done).hasValue(1);
    }

    @Test
    void whoRepeatsItMeanwhileWaitsForTheSameRun() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        HostedAgents agents = processes.one().with("slow", (request, context) -> {
            done.incrementAndGet();
            begun.countDown();
            go.await();
            return AgentReply.text("slowly");
        });
        CompletableFuture<AgentReply> first =
                CompletableFuture.supplyAsync(() -> agents.client().invoke(asks("slow", "go", "k")));
        begun.await();
        CompletableFuture<AgentReply> second =
                CompletableFuture.supplyAsync(() -> agents.client().invoke(asks("slow", "go", "k")));
        go.countDown();

        assertThat(first.join().text()).isEqualTo("slowly");
        assertThat(second.join().text()).isEqualTo("slowly");
        assertThat(done).hasValue(1);
    }

    @Test
    void itGoesOnWhenWhoeverWaitsForItStopsToWait() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        HostedAgents agents = processes.one().with("slow", (request, context) -> {
            done.incrementAndGet();
            begun.countDown();
            go.await();
            return AgentReply.text("slowly");
        });
        AgentRequest impatient = AgentRequest.to("slow")
                .text("go")
                .idempotencyKey("k")
                .timeout(Duration.ofMillis(50))
                .build();
        assertThatThrownBy(() -> agents.client().invoke(impatient))
                .isInstanceOf(DeadlineExceededException.class)
                .hasMessageContaining("goes on");
        begun.await();
        go.countDown();

        assertThat(agents.client().invoke(asks("slow", "go", "k")).text()).isEqualTo("slowly");
        assertThat(done).hasValue(1);
    }

    @Test
    void aTimeThatIsTooLongIsRefusedWithAKeyAsWithout() {
        HostedAgents agents = counting(processes.one());
        agents.client().invoke(asks("counts", "go", "known"));
        for (Duration wanted : List.of(Duration.ofDays(366), Duration.ofSeconds(Long.MAX_VALUE))) {
            for (String key : List.of("known", "new")) {
                AgentRequest request = AgentRequest.to("counts")
                        .text("go")
                        .idempotencyKey(key)
                        .timeout(wanted)
                        .build();
                assertThatThrownBy(() -> agents.client().invoke(request))
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageContaining("copilot.invoke.max-timeout");
            }
        }
        assertThat(done).hasValue(1);
    }

    @Test
    void whatHasFailedIsToldAgainAndNotDoneAgain() {
        HostedAgents agents = processes.one().with("breaks", (request, context) -> {
            done.incrementAndGet();
            throw new IllegalStateException("broken");
        });

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> agents.client().invoke(asks("breaks", "go", "k")))
                    .isInstanceOf(AgentFailedException.class)
                    .hasMessageContaining("broken");
        }
        assertThat(done).hasValue(1);
    }

    @Test
    void anotherRequestWithTheSameKeyIsAConflict() {
        HostedAgents agents = counting(processes.one());
        Client client = agents.client();
        client.invoke(asks("counts", "go", "k"));

        List<AgentRequest> others = List.of(
                asks("counts", "stop", "k"),
                asks("another", "go", "k"),
                AgentRequest.to("counts")
                        .text("go")
                        .session("s")
                        .idempotencyKey("k")
                        .build());
        assertThat(others)
                .allSatisfy(other -> assertThatThrownBy(() -> client.invoke(other))
                        .isInstanceOf(ConflictException.class)
                        .hasMessageContaining("another request")
                        .hasMessageNotContaining("go"));
        AgentRequest patient = AgentRequest.to("counts")
                .text("go")
                .timeout(Duration.ofMinutes(2))
                .idempotencyKey("k")
                .build();
        assertThat(client.invoke(patient).text()).isEqualTo("done 1");
    }

    @Test
    void anObjectIsTheSameInWhateverOrderItsKeysAre() {
        Map<String, Object> one = new java.util.LinkedHashMap<>();
        one.put("a", 1);
        one.put("b", List.of(2));
        Map<String, Object> other = new java.util.LinkedHashMap<>();
        other.put("b", List.of(2));
        other.put("a", 1);
        Client client = counting(processes.one()).client();

        client.invoke(AgentRequest.to("counts").data(one).idempotencyKey("k").build());
        client.invoke(AgentRequest.to("counts").data(other).idempotencyKey("k").build());
        assertThat(done).hasValue(1);
    }

    @Test
    void aKeyIsOfOneSubjectOfOneTenant() {
        HostedAgents agents = counting(processes.one());
        agents.client().invoke(asks("counts", "go", "k"));

        agents.dispatcher.forCaller(Caller.of("acme", "bob")).invoke(asks("counts", "go", "k"));
        agents.dispatcher.forCaller(Caller.of("other", "ada")).invoke(asks("counts", "go", "k"));
        assertThat(done).hasValue(3);
    }

    @Test
    void whoMayNotCallTheAgentAnyMoreIsNotToldWhatItSaid() {
        HostedAgents agents = counting(processes.one());
        agents.client().invoke(asks("counts", "go", "k"));
        Client less = agents.dispatcher.forCaller(
                new Caller(Processes.ACME, new Principal("ada", Set.of("agents:invoke:another"))));

        assertThatThrownBy(() -> less.invoke(asks("counts", "go", "k"))).isInstanceOf(ForbiddenException.class);
        assertThatThrownBy(() -> less.submit(asks("counts", "go", "k"))).isInstanceOf(ForbiddenException.class);
    }

    @Test
    void aKeyIsForgottenAfterItsTime() {
        HostedAgents.Setup setup = Processes.setup(Duration.ofSeconds(2));
        setup.limits = HostedAgents.limits(limits -> limits.idempotencyTtl = Duration.ofMillis(50));
        HostedAgents agents = counting(processes.one(setup));
        agents.client().invoke(asks("counts", "go", "k"));

        await().atMost(SOON)
                .until(() ->
                        agents.client().invoke(asks("counts", "go", "k")).text().equals("done 2"));
    }

    @Test
    void whatWasRefusedBeforeItsAgentSawItMayBeSentAgain() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        HostedAgents agents = processes.one().with("holds", (request, context) -> {
            done.incrementAndGet();
            begun.countDown();
            go.await();
            return AgentReply.text("held");
        });
        Run first = agents.client()
                .submit(AgentRequest.to("holds").text("go").session("s").build());
        begun.await();
        AgentRequest hasty = AgentRequest.to("holds")
                .text("go")
                .session("s")
                .sessionPolicy(SessionPolicy.REJECT)
                .idempotencyKey("k")
                .build();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> agents.client().invoke(hasty)).isInstanceOf(ConflictException.class);
        }
        go.countDown();
        first.reply().toCompletableFuture().join();

        assertThat(agents.client().invoke(hasty).text()).isEqualTo("held");
        assertThat(agents.client().invoke(hasty).text()).isEqualTo("held");
        assertThat(done).hasValue(2);
    }

    @Test
    void whatTheStoreHasNotConfirmedIsNotDoneTwiceByWhoSendsItAgain() {
        HostedAgents agents = counting(processes.one());
        AtomicBoolean away = new AtomicBoolean(true);
        processes.storage.before(agents, "commit", () -> {
            if (away.get()) {
                throw new UnavailableException("the test has no store", Duration.ZERO);
            }
        });
        assertThatThrownBy(() -> agents.client().invoke(asks("counts", "go", "k")))
                .isInstanceOf(UnavailableException.class);
        away.set(false);

        assertThat(agents.client().invoke(asks("counts", "go", "k")).text()).isEqualTo("done 1");
        assertThat(agents.client().invoke(asks("counts", "go", "k")).text()).isEqualTo("done 1");
    }

    @Test
    void aRunWhoseProcessDiedIsGoneOnWithForWhoeverAsksAgain() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        HostedAgents first = processes.one(Duration.ofSeconds(1)).with("counts", (request, context) -> {
            stuck.countDown();
            Thread.sleep(60_000);
            return AgentReply.text("never");
        });
        CompletableFuture<AgentReply> lost =
                CompletableFuture.supplyAsync(() -> first.client().invoke(asks("counts", "go", "k")));
        stuck.await();
        processes.storage.cutOff(first);
        HostedAgents second = counting(processes.one());

        assertThat(second.client().invoke(asks("counts", "go", "k")).text()).isEqualTo("done 1");
        assertThat(second.client().invoke(asks("counts", "go", "k")).text()).isEqualTo("done 1");
        assertThat(done).hasValue(1);
        first.close();
        assertThat(lost).failsWithin(SOON);
    }

    @Test
    void aRunThatIsNoLongerKeptIsNotDoneAgain() {
        HostedAgents agents = counting(processes.one(Duration.ofSeconds(2)));
        Run run = agents.client().submit(asks("counts", "go", "k"));
        run.reply().toCompletableFuture().join();
        assertThat(processes.storage.runs().delete(Processes.ACME, run.id())).isTrue();

        assertThatThrownBy(() -> agents.client().invoke(asks("counts", "go", "k")))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining(run.id().value());
        assertThat(done).hasValue(1);
    }

    private HostedAgents asking(HostedAgents agents) {
        return agents.with("asks", (request, context) -> {
            if (context.activation() == 1) {
                return AgentReply.inputRequired("First?");
            }
            done.incrementAndGet();
            return context.activation() == 2
                    ? AgentReply.inputRequired("Second after " + request.text() + "?")
                    : AgentReply.text("heard " + request.text());
        });
    }

    @Test
    void anAnswerIsGivenOnceAlsoToALaterQuestion() {
        HostedAgents one = asking(processes.one());
        HostedAgents other = asking(processes.one());
        AgentReply first = one.client().invoke(asks("asks", "go", "k"));
        RunId run = first.run().orElseThrow();
        assertThat(first.state()).isEqualTo(RunState.INPUT_REQUIRED);

        assertThat(answer(one, run, "yes", "a1").message().text()).isEqualTo("Second after yes?");
        assertThat(answer(one, run, "yes", "a1").message().text()).isEqualTo("Second after yes?");
        assertThat(answer(other, run, "yes", "a1").message().text()).isEqualTo("Second after yes?");
        assertThatThrownBy(() -> answer(one, run, "no", "a1")).isInstanceOf(ConflictException.class);
        assertThat(answer(other, run, "no", "a2").text()).isEqualTo("heard no");
        assertThat(answer(one, run, "no", "a2").text()).isEqualTo("heard no");
        assertThat(answer(one, run, "yes", "a1").text()).isEqualTo("heard no");
        assertThat(done).hasValue(2);
        assertThat(one.client().invoke(asks("asks", "go", "k")).text()).isEqualTo("heard no");
    }

    private static AgentReply answer(HostedAgents agents, RunId run, String text, String key) {
        return agents.client().answer(run, Message.user(text), key);
    }

    @Test
    void anAgentSeesNoKeyAndHasNone() {
        AtomicReference<AgentRequest> seen = new AtomicReference<>();
        AtomicReference<Throwable> refused = new AtomicReference<>();
        HostedAgents agents = counting(processes.one()).with("nosy", (request, context) -> {
            seen.set(request);
            try {
                context.agents().invoke(asks("counts", "go", "k"));
            } catch (InvalidRequestException wrong) {
                refused.set(wrong);
            }
            return AgentReply.text("");
        });
        agents.client().invoke(asks("nosy", "go", "k"));

        assertThat(seen.get().idempotencyKey()).isEmpty();
        assertThat(refused.get()).hasMessageContaining("step");
        assertThat(done).hasValue(0);
    }

    @Test
    void aKeyHasAForm() {
        for (String wrong : List.of("", " ", "a b", "\u00e4", "a\n", "x".repeat(256))) {
            assertThatThrownBy(() -> AgentRequest.to("counts").idempotencyKey(wrong))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("idempotency key");
        }
    }
}
