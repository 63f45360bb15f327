package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretSourceProvider;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.core.agent.Faults;
import org.copilotframework.core.fixture.LogLines;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.core.storage.MemoryStorage;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A host whose store says the password in whatever fails, and a source of secrets that says its token. */
class SecretsAfterTheStartTest {
    private static final String PASSWORD = "c4n4ry-of-the-store";
    private static final TenantId ACME = new TenantId("acme");

    private enum Fault {
        NONE,
        BROKEN,
        DOWN,
        CONFLICT,
        ERROR
    }

    private static volatile Fault fault = Fault.NONE;

    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    @TempDir
    Path folder;

    private ClassLoader before;
    private URLClassLoader loader;

    /** A store in memory that fails as a test wants it. */
    public static final class Telltale implements StorageProvider {
        private static final Set<Class<?>> PARTS = Set.of(Sessions.class, Runs.class, KeyValues.class, Outbox.class);

        @Override
        public String name() {
            return "telltale";
        }

        @Override
        public Set<String> schemes() {
            return Set.of("telltale");
        }

        @Override
        public Storage open(StorageUrl url, ProviderContext context) {
            return (Storage) telling(
                    Storage.class, new MemoryStorage(100), url.password().orElseThrow());
        }

        @Override
        public Optional<String> schema(StorageUrl url) {
            throw new IllegalStateException("no schema for " + url.password().orElseThrow());
        }

        private static Object telling(Class<?> type, Object target, String password) {
            return Proxy.newProxyInstance(
                    Telltale.class.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                        if (method.getName().equals("shared")) {
                            return true;
                        }
                        boolean part = PARTS.contains(method.getReturnType());
                        if (!part && !method.getName().equals("close")) {
                            fail(password);
                        }
                        try {
                            Object result = method.invoke(target, arguments);
                            return part ? telling(method.getReturnType(), result, password) : result;
                        } catch (InvocationTargetException thrown) {
                            throw thrown.getCause();
                        }
                    });
        }

        private static void fail(String password) {
            String words = "no login for u:" + password;
            switch (fault) {
                case BROKEN -> throw new IllegalStateException("it broke", new IllegalArgumentException(words));
                case DOWN -> throw new UnavailableException(words, Duration.ofSeconds(7));
                case CONFLICT -> throw new ConflictException(words);
                case ERROR -> throw new LinkageError(words);
                default -> {}
            }
        }
    }

    /** Cannot be opened. */
    public static final class Gossip implements SecretSourceProvider {
        record Settings(String token) {}

        @Override
        public String name() {
            return "gossip";
        }

        @Override
        public SecretSource open(ProviderContext context) {
            throw new IllegalStateException(
                    "not with " + context.settings(Settings.class).token());
        }
    }

    @BeforeEach
    void aClassPathWithBoth() throws Exception {
        service(StorageProvider.class, Telltale.class);
        service(SecretSourceProvider.class, Gossip.class);
        before = Thread.currentThread().getContextClassLoader();
        loader = new URLClassLoader(new URL[] {folder.toUri().toURL()}, before);
        Thread.currentThread().setContextClassLoader(loader);
        Path secrets = Files.createDirectory(folder.resolve("secrets"));
        Files.writeString(secrets.resolve("db"), PASSWORD);
        bed.with("copilot.secrets.file.folder", secrets.toString())
                .with("copilot.storage.url", "telltale://u:${secret:db}@h/x")
                .with("copilot.runs.poll-interval", "50ms");
        fault = Fault.NONE;
    }

    private void service(Class<?> kind, Class<?> provider) throws Exception {
        Path file = folder.resolve("META-INF/services/" + kind.getName());
        Files.createDirectories(file.getParent());
        Files.writeString(file, provider.getName());
    }

    @AfterEach
    void close() throws Exception {
        fault = Fault.NONE;
        bed.close();
        Thread.currentThread().setContextClassLoader(before);
        loader.close();
    }

    @Test
    void whatAStoreSaysWhileTheHostRunsIsToldWithoutItsPassword() {
        PluginJars.plugin("good", "1.0.0")
                .agent("good", "return AgentReply.text(\"fine\");")
                .build(bed.inbox());
        bed.start();
        assertThat(bed.ask("good")).isEqualTo("fine");
        try (LogLines log = LogLines.open()) {
            for (Fault one : List.of(Fault.BROKEN, Fault.DOWN, Fault.CONFLICT, Fault.ERROR)) {
                fault = one;
                await().untilAsserted(() -> assertThat(bed.copilot().health().parts())
                        .filteredOn(part -> part.name().equals("storage"))
                        .singleElement()
                        .satisfies(part ->
                                assertThat(part.reason()).contains("u:*****").doesNotContain(PASSWORD)));
                List<Callable<Object>> calls = List.of(
                        () -> bed.client()
                                .submit(AgentRequest.to("good").text("x").build()),
                        () -> bed.copilot().sessions().list(ACME, null, 10),
                        () -> bed.copilot().erase(ACME));
                List<String> said = new ArrayList<>();
                for (Callable<Object> call : calls) {
                    Throwable thrown = catchThrowable(call::call);
                    said.add(thrown == null ? "nothing" : Faults.stack(thrown));
                }
                assertThat(said).noneMatch(text -> text.contains(PASSWORD)).anyMatch(text -> text.contains("u:*****"));
                fault = Fault.NONE;
                await().until(() ->
                        bed.copilot().health().parts().contains(new Health.Part("storage", Health.Status.OK, "")));
            }
            assertThat(log.lines()).isNotEmpty().noneMatch(line -> line.contains(PASSWORD));
            assertThat(log.stacks()).noneMatch(stack -> stack.contains(PASSWORD));
        }
    }

    @Test
    void anErrorKeepsItsKindAndItsTimeToWait() {
        bed.start();
        fault = Fault.DOWN;
        assertThatThrownBy(() -> bed.copilot().sessions().list(ACME, null, 10))
                .isInstanceOfSatisfying(
                        UnavailableException.class,
                        error -> assertThat(error.retryAfter()).contains(Duration.ofSeconds(7)))
                .hasMessage("no login for u:*****")
                .hasNoCause();
        fault = Fault.CONFLICT;
        assertThatThrownBy(() -> bed.copilot().sessions().list(ACME, null, 10)).isInstanceOf(ConflictException.class);
    }

    @Test
    void whoOpensNothingButAStoreIsToldWithoutItsPasswordToo() {
        for (String url : List.of("telltale://u:${secret:db}@h/x", "telltale://u:" + PASSWORD + "@h/x")) {
            OrchestratorBuilder builder = Orchestrator.builder()
                    .home(bed.home())
                    .setting(
                            "copilot.secrets.file.folder",
                            folder.resolve("secrets").toString())
                    .setting("copilot.storage.url", url);
            try (Storage storage = builder.openStorage()) {
                fault = Fault.BROKEN;
                for (Callable<Object> call : List.<Callable<Object>>of(
                        () -> storage.tenants(null, 1), () -> storage.runs().find(ACME, new RunId("x")))) {
                    assertThat(Faults.stack(catchThrowable(call::call)))
                            .contains("u:*****")
                            .doesNotContain(PASSWORD);
                }
                assertThat(storage.runs()).isSameAs(storage.runs());
                fault = Fault.NONE;
            }
            assertThatThrownBy(builder::storageSchema)
                    .hasMessageContaining("no schema for *****")
                    .hasNoCause();
        }
    }

    @Test
    void aSourceThatCannotBeOpenedDoesNotTellItsToken() {
        bed.with("copilot.secrets.sources", "env,gossip").with("copilot.secrets.gossip.token", PASSWORD);
        assertThatThrownBy(bed::start).hasMessageContaining("not with *****").hasNoCause();
    }

    @Test
    void aPluginThatDoesNotStartDoesNotTellItsKey() {
        PluginJars.plugin("keyed", "1.0.0")
                .agent("keyed", "return AgentReply.text(\"\");", """
                        public record Keys(Secret key) {}
                        public void start(PluginContext plugin) {
                            throw new IllegalStateException("401 for " + plugin.settings(Keys.class).key().value());
                        }
                        """)
                .build(bed.inbox());
        try (LogLines log = LogLines.open()) {
            bed.with("copilot.plugin.keyed.key", "${secret:db}").start();
            assertThat(bed.status("keyed").state()).isEqualTo(PluginState.FAILED);
            assertThat(bed.status("keyed").reason()).contains("401 for *****").doesNotContain(PASSWORD);
            assertThat(bed.copilot().health().toString())
                    .contains("401 for *****")
                    .doesNotContain(PASSWORD);
            assertThat(log.lines()).noneMatch(line -> line.contains(PASSWORD));
            assertThat(log.stacks()).noneMatch(line -> line.contains(PASSWORD));
        }
    }

    @Test
    void aCopyNeedsNoSourceOfSecrets() {
        MemoryStorage source = new MemoryStorage(100);
        StoreTotals totals = Orchestrator.builder()
                .home(bed.home())
                .setting("copilot.secrets.sources", "env,nobody-here")
                .setting("copilot.storage.url", "memory:${secret:elsewhere}")
                .copyStorage(source, new MemoryStorage(100), (what, done, total) -> {});
        assertThat(totals.runs()).isZero();
    }
}
