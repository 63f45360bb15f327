package org.copilotframework.core.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretSourceProvider;
import org.copilotframework.api.spi.secret.SecretValue;
import org.copilotframework.core.provider.ProviderPlugins;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    @TempDir
    static Path services;

    private static URLClassLoader loader;

    private final AtomicLong nanos = new AtomicLong();
    private final List<Secrets> opened = new ArrayList<>();

    /** A source whose content and faults a test decides. */
    public static final class Vault implements SecretSourceProvider {
        static final Map<String, SecretValue> CONTENT = new ConcurrentHashMap<>();
        static final AtomicInteger READS = new AtomicInteger();
        static final AtomicInteger OPEN = new AtomicInteger();
        static volatile Function<String, Optional<SecretValue>> way = Vault::content;

        static Optional<SecretValue> content(String name) {
            return Optional.ofNullable(CONTENT.get(name));
        }

        @Override
        public String name() {
            return "vault";
        }

        @Override
        public SecretSource open(ProviderContext context) {
            OPEN.incrementAndGet();
            return new SecretSource() {
                @Override
                public Optional<SecretValue> read(String name) {
                    READS.incrementAndGet();
                    return way.apply(name);
                }

                @Override
                public void close() {
                    OPEN.decrementAndGet();
                }
            };
        }
    }

    @BeforeAll
    static void aClassPathWithTheVault() throws Exception {
        Path file = services.resolve("META-INF/services/" + SecretSourceProvider.class.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file, Vault.class.getName());
        loader = new URLClassLoader(new URL[] {services.toUri().toURL()}, SecretsTest.class.getClassLoader());
    }

    @AfterAll
    static void closed() throws Exception {
        loader.close();
    }

    @BeforeEach
    void emptyVault() {
        Vault.CONTENT.clear();
        Vault.READS.set(0);
        Vault.way = Vault::content;
    }

    @AfterEach
    void close() {
        opened.forEach(Secrets::close);
        opened.forEach(Secrets::close);
        assertThat(Vault.OPEN).hasValue(0);
    }

    @Test
    void theFirstSourceThatHasASecretWins() {
        Vault.CONTENT.put("a", SecretValue.of("of the vault"));
        Vault.CONTENT.put("b", SecretValue.of("of the vault"));
        Map<String, String> variables =
                Map.of("COPILOT_SECRET_A", "of env", "COPILOT_SECRET_A_PREVIOUS", "before", "COPILOT_SECRET_B", "");
        Secrets secrets = open(List.of("env", "vault"), LONG, variables);
        assertThat(secrets.text("a")).isEqualTo(new SecretValue("of env", Optional.of("before")));
        assertThat(secrets.text("b")).as("an empty variable is none").isEqualTo(SecretValue.of("of the vault"));
        Secrets other = open(List.of("vault", "env"), LONG, variables);
        assertThat(other.text("a")).isEqualTo(SecretValue.of("of the vault"));
        assertThatThrownBy(() -> other.text("c"))
                .isInstanceOf(NotFoundException.class)
                .hasMessage("no source has it; asked were vault, env (the variable COPILOT_SECRET_C)");
    }

    @Test
    void aSourceThatFailsEndsTheSearch() {
        Map<String, String> variables = Map.of("COPILOT_SECRET_A", "of another place");
        Secrets secrets = open(List.of("vault", "env"), LONG, variables);
        Vault.way = name -> {
            throw new UnavailableException("it is down", Duration.ofSeconds(3));
        };
        assertThatThrownBy(() -> secrets.text("a"))
                .isInstanceOf(UnavailableException.class)
                .hasMessage("its source 'vault' cannot be asked: it is down");
        Vault.way = name -> {
            throw new InvalidRequestException("grant it GetSecretValue");
        };
        assertThatThrownBy(() -> secrets.text("a"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("its source 'vault' refuses it: grant it GetSecretValue");
        Vault.way = name -> {
            throw new IllegalStateException("cannot parse {password: hush}");
        };
        assertThatThrownBy(() -> secrets.text("a"))
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("it is broken: java.lang.IllegalStateException at ")
                .hasMessageNotContaining("hush");
        Vault.way = name -> null;
        assertThatThrownBy(() -> secrets.text("a")).hasMessageContaining("it returned null");
    }

    @Test
    void aSecretIsKeptAndReadAgainInTheBackground() {
        Vault.CONTENT.put("a", SecretValue.of("one"));
        Secrets secrets = open(List.of("vault"), Duration.ofMillis(20), Map.of());
        Supplier<SecretValue> live = secrets.live("a");
        assertThat(live.get().current()).isEqualTo("one");
        Thread caller = Thread.currentThread();
        Vault.way = name -> {
            assertThat(Thread.currentThread()).isNotSameAs(caller);
            return Vault.content(name);
        };
        Vault.CONTENT.put("a", new SecretValue("two", Optional.of("one")));
        await().until(() -> live.get().current().equals("two"));
        assertThat(live.get().previous()).contains("one");
        assertThat(secrets.values()).contains("one", "two");
    }

    @Test
    void whatIsAskedForOnceIsNotReadAgainInTheBackground() {
        Vault.CONTENT.put("a", SecretValue.of("one"));
        Secrets secrets = open(List.of("vault"), Duration.ofMinutes(1), Map.of());
        assertThat(secrets.text("a").current()).isEqualTo("one");
        assertThat(secrets.text("a").current()).isEqualTo("one");
        assertThat(Vault.READS).hasValue(1);
        Vault.CONTENT.put("a", SecretValue.of("two"));
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(secrets.text("a").current()).as("asked for when it is old").isEqualTo("two");
        Vault.CONTENT.clear();
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(secrets.text("a").current())
                .as("of a source that has it no longer")
                .isEqualTo("two");
        assertThat(secrets.troubles())
                .as("for one period")
                .singleElement()
                .asString()
                .contains("'a' cannot be read");
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(secrets.troubles()).isEmpty();
    }

    @Test
    void whatNobodyCanAskForAnyMoreIsNotReadForEver() {
        Vault.CONTENT.put("a", SecretValue.of("one"));
        Secrets secrets = open(List.of("vault"), Duration.ofMillis(20), Map.of());
        assertThat(secrets.live("a").get().current()).isEqualTo("one");
        Vault.CONTENT.clear();
        await().until(() -> {
            System.gc();
            int before = Vault.READS.get();
            await().pollDelay(Duration.ofMillis(60)).until(() -> true);
            return Vault.READS.get() == before;
        });
        await().until(() -> secrets.troubles().isEmpty());
        Vault.CONTENT.put("a", SecretValue.of("two"));
        Supplier<SecretValue> again = secrets.live("a");
        await().until(() -> again.get().current().equals("two"));
        Vault.CONTENT.put("a", SecretValue.of("three"));
        await().until(() -> again.get().current().equals("three"));
    }

    @Test
    void aSourceThatHangsHoldsOneThread() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        for (String name : List.of("a", "b", "c")) {
            Vault.CONTENT.put(name, SecretValue.of("one"));
        }
        Secrets secrets = open(List.of("env", "vault"), Duration.ofMillis(20), Map.of("COPILOT_SECRET_E", "x"));
        List<Supplier<SecretValue>> live =
                List.of(secrets.live("a"), secrets.live("b"), secrets.live("c"), secrets.live("e"));
        AtomicInteger inside = new AtomicInteger();
        Vault.way = name -> {
            assertThat(inside.incrementAndGet()).isEqualTo(1);
            hanging.countDown();
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                inside.decrementAndGet();
            }
            return Vault.content(name);
        };
        hanging.await();
        await().untilAsserted(() -> assertThat(threads().stream()
                        .filter(thread -> thread.getState() == Thread.State.TIMED_WAITING
                                || thread.getState() == Thread.State.RUNNABLE))
                .as("one is free")
                .isNotEmpty());
        assertThat(secrets.troubles()).isEmpty();
        Vault.CONTENT.replaceAll((name, old) -> SecretValue.of("two"));
        end.countDown();
        await().until(() ->
                live.subList(0, 3).stream().allMatch(one -> one.get().current().equals("two")));
        assertThat(live.get(3).get().current()).isEqualTo("x");
    }

    @Test
    void aReadThatDoesNotEndIsToldAndKeepsNobodyWaitingWhoHasTheLastValue() throws Exception {
        Vault.CONTENT.put("a", SecretValue.of("one"));
        Secrets secrets = open(List.of("vault"), LONG, Map.of());
        assertThat(secrets.text("a").current()).isEqualTo("one");
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        Vault.way = name -> {
            hanging.countDown();
            awaited(end);
            return Vault.content(name);
        };
        nanos.addAndGet(LONG.toNanos());
        ExecutorService callers = Executors.newFixedThreadPool(2);
        try {
            Future<SecretValue> first = callers.submit(() -> secrets.text("a"));
            hanging.await();
            assertThat(secrets.text("a").current()).as("meanwhile").isEqualTo("one");
            assertThat(secrets.troubles()).isEmpty();
            nanos.addAndGet(Duration.ofSeconds(31).toNanos());
            assertThat(secrets.troubles())
                    .containsExactly("the secret 'a' is being read for 31 seconds, and a source does not answer;"
                            + " its last value goes on");
            Vault.CONTENT.put("a", SecretValue.of("two"));
            end.countDown();
            assertThat(first.get().current()).isEqualTo("two");
            assertThat(secrets.troubles()).isEmpty();
        } finally {
            end.countDown();
            callers.shutdownNow();
        }
    }

    @Test
    void whoIsInterruptedWhileItWaitsForTheReadOfAnotherGoesAndNobodyIsBlamed() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch hanging = new CountDownLatch(1);
        Vault.way = name -> {
            hanging.countDown();
            awaited(end);
            return Optional.of(SecretValue.of("one"));
        };
        Secrets secrets = open(List.of("vault"), LONG, Map.of());
        ExecutorService callers = Executors.newFixedThreadPool(3);
        try {
            Future<SecretValue> first = callers.submit(() -> secrets.text("a"));
            hanging.await();
            for (String name : List.of("a", "b")) {
                CountDownLatch gone = new CountDownLatch(1);
                Thread second = new Thread(() -> {
                    try {
                        secrets.text(name);
                    } catch (UnavailableException expected) {
                        assertThat(expected).hasMessageContaining("who asked for the secret '" + name + "'");
                        gone.countDown();
                    }
                });
                second.start();
                await().until(() -> second.getState() == Thread.State.WAITING);
                second.interrupt();
                gone.await();
                second.join();
            }
            assertThat(secrets.troubles()).isEmpty();
            end.countDown();
            assertThat(first.get().current()).isEqualTo("one");
            assertThat(secrets.text("b").current()).isEqualTo("one");
        } finally {
            end.countDown();
            callers.shutdownNow();
        }
    }

    @Test
    void aSourceThatHasJustFailedKeepsNobodyWaitingWhoHasTheLastValue() {
        Vault.CONTENT.put("a", SecretValue.of("one"));
        Secrets secrets = open(List.of("vault"), LONG, Map.of());
        assertThat(secrets.text("a").current()).isEqualTo("one");
        nanos.addAndGet(LONG.toNanos());
        Vault.way = name -> {
            throw new UnavailableException("it does not answer", Duration.ofMinutes(1));
        };
        for (int i = 0; i < 3; i++) {
            assertThat(secrets.text("a").current()).isEqualTo("one");
        }
        assertThat(Vault.READS).as("the first read, and one that failed").hasValue(2);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        Vault.CONTENT.put("a", SecretValue.of("two"));
        Vault.way = Vault::content;
        assertThat(secrets.text("a").current()).isEqualTo("two");
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aSourceThatHasJustFailedIsNotAskedForTheNextSecretOfAPlugin() {
        Secrets secrets = open(List.of("env", "vault"), LONG, Map.of("COPILOT_SECRET_E", "x"));
        Vault.way = name -> {
            throw new UnavailableException("it does not answer", Duration.ofHours(1));
        };
        List<Supplier<SecretValue>> live = List.of(secrets.live("a"), secrets.live("b"), secrets.live("e"));
        assertThat(Vault.READS).hasValue(1);
        assertThatThrownBy(() -> live.get(1).get())
                .isInstanceOf(UnavailableException.class)
                .hasMessageContaining("its source 'vault' cannot be asked: it does not answer");
        assertThat(live.get(2).get().current()).isEqualTo("x");
        assertThatThrownBy(() -> secrets.text("c")).as("for who needs it now").isInstanceOf(UnavailableException.class);
        assertThat(Vault.READS).hasValue(2);
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        Vault.CONTENT.put("d", SecretValue.of("there"));
        Vault.way = Vault::content;
        assertThat(secrets.live("d").get().current()).isEqualTo("there");
    }

    @Test
    void whateverASourceThrowsIsToldInOurWords() {
        Secrets secrets = open(List.of("vault"), LONG, Map.of());
        for (Error error :
                List.of(new AssertionError("hush"), new StackOverflowError("hush"), new LinkageError("hush"))) {
            Vault.way = name -> {
                throw error;
            };
            assertThatThrownBy(() -> secrets.text("a"))
                    .isInstanceOf(UnavailableException.class)
                    .hasMessageContaining("it is broken: " + error.getClass().getName())
                    .hasMessageNotContaining("hush");
        }
        Vault.way = name -> {
            throw new InternalError("of the machine");
        };
        assertThatThrownBy(() -> secrets.text("a")).isInstanceOf(InternalError.class);
        Vault.way = name -> {
            throw new UnavailableException("no answer to GET /?key=hush", Duration.ofSeconds(1));
        };
        assertThatThrownBy(() -> secrets.text("a")).hasMessageEndingWith("GET /?key=*****");
        Vault.way = name -> {
            throw new InvalidRequestException("not with hush");
        };
        assertThatThrownBy(() -> secrets.text("a")).hasMessageEndingWith("refuses it: not with *****");
    }

    @Test
    void whatItIsNowIsTheLastThatIsForgotten() {
        Secrets secrets = open(List.of("vault"), LONG, Map.of());
        for (String value : List.of("one", "two", "three", "four", "one", "five", "six")) {
            Vault.CONTENT.put("a", new SecretValue(value, Optional.of("before " + value)));
            assertThat(secrets.text("a").current()).isEqualTo(value);
            assertThat(secrets.values()).contains(value, "before " + value);
            nanos.addAndGet(LONG.toNanos());
        }
        assertThat(secrets.values()).containsExactly("before five", "five", "before six", "six");
    }

    @Test
    void aVariableIsOneSecretAndNoOther() {
        Secrets secrets = open(
                List.of("env", "vault"),
                LONG,
                Map.of(
                        "COPILOT_SECRET_DB_PASSWORD", "x",
                        "COPILOT_SECRET_DB_PREVIOUS", "old",
                        "COPILOT_SECRET_P_SSWORT", "y"));
        assertThat(secrets.text("db#password").current()).isEqualTo("x");
        assertThat(secrets.text("db#password").current()).isEqualTo("x");
        for (String other : List.of("db-password", "DB.PASSWORD", "DB#PASSWORD")) {
            assertThatThrownBy(() -> secrets.text(other))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining(
                            "the variable COPILOT_SECRET_DB_PASSWORD is the secret 'db#password' already");
        }
        assertThatThrownBy(() -> secrets.text("db-previous"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("is what another secret was before");
        assertThatThrownBy(() -> secrets.text("p\u00E4sswort"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("only letters of ASCII");
        Vault.CONTENT.put("\u00FCber", SecretValue.of("z"));
        assertThat(secrets.text("\u00FCber").current())
                .as("where there is no such variable")
                .isEqualTo("z");
    }

    @Test
    void theValueBeforeIsHonouredForOnePeriodIfTheSourceTellsNone() {
        Vault.CONTENT.put("a", SecretValue.of("one"));
        Secrets secrets = open(List.of("vault"), LONG, Map.of());
        assertThat(secrets.text("a")).isEqualTo(SecretValue.of("one"));
        Vault.CONTENT.put("a", SecretValue.of("two"));
        nanos.addAndGet(LONG.toNanos());
        assertThat(secrets.text("a")).isEqualTo(new SecretValue("two", Optional.of("one")));
        nanos.addAndGet(LONG.toNanos() - 1);
        assertThat(secrets.text("a").previous()).contains("one");
        nanos.addAndGet(1);
        assertThat(secrets.text("a")).isEqualTo(SecretValue.of("two"));
    }

    @Test
    void whileItsSourceFailsTheLastValueGoesOnAndIsTold() {
        Vault.CONTENT.put("a", SecretValue.of("hush-one"));
        Secrets secrets = open(List.of("vault"), Duration.ofMillis(20), Map.of());
        Supplier<SecretValue> live = secrets.live("a");
        Vault.way = name -> {
            throw new UnavailableException("no route", Duration.ofMillis(10));
        };
        await().untilAsserted(() -> assertThat(secrets.troubles())
                .singleElement()
                .asString()
                .startsWith("the secret 'a' cannot be read since 20")
                .endsWith("Z, and its last value goes on: its source 'vault' cannot be asked: no route"));
        assertThat(live.get().current()).isEqualTo("hush-one");
        Vault.way = Vault::content;
        await().until(() -> secrets.troubles().isEmpty());
    }

    @Test
    void aSourceThatIsDownAtFirstKeepsNobodyFromWaitingForIt() {
        Secrets secrets = open(List.of("vault"), Duration.ofMillis(20), Map.of());
        Vault.way = name -> {
            throw new UnavailableException("no route", Duration.ofMillis(10));
        };
        Supplier<SecretValue> live = secrets.live("a");
        assertThatThrownBy(live::get)
                .isInstanceOf(UnavailableException.class)
                .hasMessage("the secret 'a' was never read: its source 'vault' cannot be asked: no route");
        assertThat(secrets.troubles()).hasSize(1);
        Vault.CONTENT.put("a", SecretValue.of("there"));
        Vault.way = Vault::content;
        await().ignoreExceptions().until(() -> live.get().current().equals("there"));
        assertThatThrownBy(() -> secrets.live("none")).isInstanceOf(NotFoundException.class);
    }

    @Test
    void manyWhoAskAtOnceReadOnce() throws Exception {
        Vault.CONTENT.put("a", SecretValue.of("one"));
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Vault.way = name -> {
            asked.countDown();
            try {
                answer.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return Vault.content(name);
        };
        Secrets secrets = open(List.of("vault"), LONG, Map.of());
        ExecutorService callers = Executors.newFixedThreadPool(8);
        try {
            List<Future<SecretValue>> told = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                told.add(callers.submit(() -> secrets.text("a")));
            }
            asked.await();
            answer.countDown();
            for (Future<SecretValue> one : told) {
                assertThat(one.get().current()).isEqualTo("one");
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(Vault.READS).hasValue(1);
    }

    @Test
    void itsThreadsHoldNobodysClassesAndEndWithIt() {
        Secrets secrets = open(List.of("vault"), Duration.ofMillis(20), Map.of());
        List<Thread> threads = threads();
        assertThat(threads)
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(
                        thread -> assertThat(thread.getContextClassLoader()).isSameAs(Secrets.class.getClassLoader()));
        secrets.close();
        await().until(() -> threads.stream().noneMatch(Thread::isAlive));
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("copilot-secrets"))
                .toList();
    }

    private Secrets open(List<String> sources, Duration refresh, Map<String, String> variables) {
        Secrets secrets = Secrets.open(
                sources,
                refresh,
                variables,
                name -> null,
                loader,
                words -> words.replace("hush", "*****"),
                refresh.compareTo(Duration.ofSeconds(1)) < 0 ? System::nanoTime : nanos::get);
        opened.add(secrets);
        secrets.complete(ProviderPlugins.none());
        secrets.keepFresh();
        return secrets;
    }
}
