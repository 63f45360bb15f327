package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import javax.management.ObjectName;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PluginLeaksTest {
    private static final String HOOK = "copilot.test.hook";

    @RegisterExtension
    private final TestBed bed = TestBed.started();

    static Stream<Arguments> harmless() {
        return Stream.of(
                Arguments.of("a plain reply", "return AgentReply.text(\"x\");"),
                Arguments.of(
                        "a thread local",
                        "ThreadLocal<Object> held = new ThreadLocal<>(); held.set(new Object() { }); return AgentReply.text(\"x\");"),
                Arguments.of("an exception of its own", "class Own extends Exception { } throw new Own();"),
                Arguments.of("an error of its own", "class Own extends Error { } throw new Own();"),
                Arguments.of(
                        "state and events",
                        "context.session().orElseThrow().put(\"key\", Map.of(\"a\", List.of(1)));"
                                + " context.progress(\"half\", 0.5); return AgentReply.data(Map.of(\"x\", 1));"),
                Arguments.of(
                        "records through JSON",
                        "record Own(int a, List<String> b) { } "
                                + "return AgentReply.data(context.json().write(new Own(1, List.of(\"x\"))));"),
                Arguments.of("a call of another agent", "return context.agents().invoke(\"other\", \"x\");"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("harmless")
    void nothingOfAnUnloadedPluginStaysInMemory(String what, String body) {
        bed.plugins()
                .install(PluginJars.plugin("other", "1.0.0")
                        .agent("other", "return AgentReply.text(request.text());")
                        .build(bed.built()));
        bed.plugins()
                .install(
                        PluginJars.plugin("leaky", "1.0.0").agent("leaky", body).build(bed.built()));
        AgentRequest request = AgentRequest.to("leaky").text("?").session("s").build();
        for (int i = 0; i < 3; i++) {
            try {
                bed.client().invoke(request);
            } catch (RuntimeException expectedOfSome) {
                assertThat(expectedOfSome).hasMessageContaining("Own");
            }
            onAThreadThatEnds(() -> {
                try {
                    bed.client().onCallerThread().invoke(request);
                } catch (RuntimeException expectedOfSome) {
                    assertThat(expectedOfSome).hasMessageContaining("Own");
                }
            });
            bed.client()
                    .submit(request)
                    .reply()
                    .toCompletableFuture()
                    .handle((reply, error) -> 0)
                    .join();
        }
        bed.plugins().remove("leaky");
        awaitCollected();
    }

    @Test
    void threadsAndBeansThatAPluginLeftBehindAreNamed() throws Exception {
        bed.plugins()
                .install(PluginJars.plugin("leaky", "1.0.0")
                        .source(
                                "plugin.leaky.BeanMBean",
                                "package plugin.leaky; public interface BeanMBean { int getSize(); }")
                        .source(
                                "plugin.leaky.Bean",
                                "package plugin.leaky; public class Bean implements BeanMBean { public int getSize() { return 1; } }")
                        .agent("leaky", """
                        Thread thread = new Thread(() -> {
                            try { Thread.sleep(600000); } catch (InterruptedException ended) { }
                        }, "left-behind");
                        thread.setDaemon(true);
                        thread.start();
                        java.lang.management.ManagementFactory.getPlatformMBeanServer()
                                .registerMBean(new Bean(), new javax.management.ObjectName("leaky:type=Bean"));
                        return AgentReply.text("x");
                        """)
                        .build(bed.built()));
        bed.ask("leaky");
        bed.plugins().remove("leaky");
        try {
            await().until(() -> !bed.plugins().uncollected().isEmpty());
            List<String> causes = bed.plugins().uncollected().get(0).causes();
            assertThat(causes).containsExactlyInAnyOrder("thread 'left-behind'", "management bean 'leaky:type=Bean'");
            assertThat(bed.copilot().health().toString())
                    .contains("leaky 1.0.0")
                    .contains("left-behind");
        } finally {
            ManagementFactory.getPlatformMBeanServer().unregisterMBean(new ObjectName("leaky:type=Bean"));
            Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("left-behind"))
                    .forEach(Thread::interrupt);
        }
        awaitCollected();
        assertThat(bed.copilot().health().status()).isEqualTo(Health.Status.OK);
    }

    /** No public interface lists shutdown hooks, so the host can only tell that something holds the classes. */
    @Test
    void aShutdownHookThatAPluginLeftBehindIsToldAsUnseenAndTheOthersServe() throws Exception {
        bed.plugins()
                .install(PluginJars.plugin("leaky", "1.0.0")
                        .agent("leaky", """
                        Thread hook = new Thread() { public void run() { } };
                        Runtime.getRuntime().addShutdownHook(hook);
                        System.getProperties().put("%s", new java.lang.ref.WeakReference<Thread>(hook));
                        return AgentReply.text("x");
                        """.formatted(HOOK))
                        .build(bed.built()));
        bed.plugins()
                .install(PluginJars.plugin("other", "1.0.0")
                        .agent("other", "return AgentReply.text(\"other\");")
                        .build(bed.built()));
        bed.ask("leaky");
        bed.plugins().remove("leaky");
        try {
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                System.gc();
                return bed.plugins().uncollected().stream()
                        .anyMatch(left -> left.causes().toString().contains("shutdown hook"));
            });
            assertThat(bed.ask("other")).isEqualTo("other");
            assertThat(bed.copilot().health().status()).isEqualTo(Health.Status.DEGRADED);
            assertThat(bed.copilot().health().toString())
                    .contains("leaky 1.0.0 was unloaded but is held in memory by something that cannot be seen");
        } finally {
            removeHook();
        }
        awaitCollected();
        assertThat(bed.copilot().health().status()).isEqualTo(Health.Status.OK);
    }

    /** In a method of its own, so that nothing of this test holds the hook while it waits. */
    private static void removeHook() {
        Object hook = ((WeakReference<?>) System.getProperties().remove(HOOK)).get();
        Runtime.getRuntime().removeShutdownHook((Thread) hook);
    }

    /** The host cannot take back what a plugin leaves in thread locals of the application's own threads. */
    private static void onAThreadThatEnds(Runnable task) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                task.run();
                done.complete(null);
            } catch (Throwable failure) {
                done.completeExceptionally(failure);
            }
        });
        thread.start();
        done.join();
    }

    private void awaitCollected() {
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            System.gc();
            return bed.plugins().uncollected().isEmpty()
                    && bed.plugins().list().stream()
                            .noneMatch(status -> status.id().equals("leaky"));
        });
    }
}
