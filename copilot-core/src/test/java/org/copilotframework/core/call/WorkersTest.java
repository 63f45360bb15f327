package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.Execution;
import org.junit.jupiter.api.Test;

class WorkersTest {
    @Test
    void afterARenewalTheThreadsOfBeforeEndWithWhatWasLeftOnThem() {
        ThreadLocal<Object> left = new ThreadLocal<>();
        List<WeakReference<Object>> leavings = new ArrayList<>();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        HostedAgents.Setup setup = new HostedAgents.Setup();
        setup.noVirtualThreads = true;
        try (HostedAgents agents = new HostedAgents(setup)) {
            for (Execution execution : Execution.values()) {
                agents.with(
                        "leaves-" + execution.name().toLowerCase(java.util.Locale.ROOT),
                        execution,
                        (request, context) -> {
                            Object value = new byte[1 << 16];
                            left.set(value);
                            leavings.add(new WeakReference<>(value));
                            threads.add(Thread.currentThread());
                            return AgentReply.text("done");
                        });
            }
            agents.client().invoke("leaves-cpu", "go");
            agents.client().invoke("leaves-blocking", "go");

            agents.workers.renew();

            await().until(() -> threads.stream().noneMatch(Thread::isAlive));
            threads.clear();
            await().until(() -> {
                System.gc();
                return leavings.stream().allMatch(leaving -> leaving.get() == null);
            });
            agents.client().invoke("leaves-cpu", "after");
            assertThat(threads).hasSize(1);
        }
    }

    @Test
    void renewalsLoseNoWork() throws Exception {
        AtomicInteger done = new AtomicInteger();
        Pool pool = new Pool("renewed", 2, 10_000, 1);
        int tasks = 5_000;
        CountDownLatch all = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            if (i % 50 == 0) {
                pool.renew();
            }
            assertThat(pool.tryRun(
                            () -> {
                                done.incrementAndGet();
                                all.countDown();
                            },
                            true))
                    .isTrue();
        }
        all.await();
        assertThat(done).hasValue(tasks);
        pool.close();
        assertThat(pool.tryRun(() -> {}, true)).isFalse();
    }

    @Test
    void aPoolTakesAsManyAsItHasThreadsAndPlaces() throws Exception {
        CountDownLatch letGo = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(2);
        AtomicInteger done = new AtomicInteger();
        Runnable task = () -> {
            begun.countDown();
            try {
                letGo.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            done.incrementAndGet();
        };
        try (Pool pool = new Pool("bounded", 2, 1, 0)) {
            assertThat(pool.tryRun(task, false)).isTrue();
            assertThat(pool.tryRun(task, false)).isTrue();
            begun.await();
            assertThat(pool.tryRun(task, false)).isFalse();
            assertThat(pool.tryRun(task, true)).isTrue();
            assertThat(pool.tryRun(task, true)).isFalse();
            letGo.countDown();
            await().until(() -> done.get() == 3);
            await().until(() -> pool.tryRun(task, false));
        }
    }

    @Test
    void threadsInheritNothingFromWhoeverAsks() throws Exception {
        InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
        inherited.set("of the plugin");
        Thread here = Thread.currentThread();
        ClassLoader before = here.getContextClassLoader();
        here.setContextClassLoader(new ClassLoader(before) {});
        List<Object> seen = new ArrayList<>();
        try {
            Thread thread = new PlatformThreads("test-").newThread(() -> {
                seen.add(String.valueOf(inherited.get()));
                seen.add(Thread.currentThread().getContextClassLoader());
                seen.add(Thread.currentThread().isDaemon());
            });
            thread.start();
            thread.join();
        } finally {
            here.setContextClassLoader(before);
            inherited.remove();
        }
        assertThat(seen).containsExactly("null", Workers.class.getClassLoader(), true);
    }
}
