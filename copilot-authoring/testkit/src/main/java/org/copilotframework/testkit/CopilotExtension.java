package org.copilotframework.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives a test an orchestrator of its own: storage in memory, a temporary home that is deleted afterwards, and only the plugins
 * and agents named here. In a static field there is one for all tests of the class, in an instance field one for each test.
 * Test methods may take a {@link Client} and an {@link Orchestrator} as parameters.
 *
 * <pre>{@code
 * class HelloTest {
 *     @RegisterExtension
 *     static final CopilotExtension copilot = CopilotExtension.builder().pluginUnderTest().build();
 *
 *     @Test
 *     void greets(Client client) {
 *         assertThat(client.invoke("hello", "world")).hasText("Hello, world!");
 *     }
 * }
 * }</pre>
 */
public final class CopilotExtension
        implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback, ParameterResolver {
    private final Consumer<OrchestratorBuilder> configuration;
    private final List<Supplier<Path>> plugins;
    private final Caller caller;
    private @Nullable TemporaryOrchestrator running;
    private @Nullable String owner;

    private CopilotExtension(Builder builder) {
        this.configuration = builder.configuration;
        this.plugins = List.copyOf(builder.plugins);
        this.caller = builder.caller;
    }

    /**
     * Begins to build an extension.
     *
     * @return a builder of an orchestrator with no agent
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The orchestrator of the test that runs now.
     *
     * @return the orchestrator
     * @throws IllegalStateException outside a test, or if the field lacks {@code @RegisterExtension}
     */
    public Orchestrator orchestrator() {
        return running().orchestrator();
    }

    /**
     * Calls agents as the builder's caller.
     *
     * @return a client
     * @throws IllegalStateException as {@link #orchestrator()}
     */
    public Client client() {
        return orchestrator().forCaller(caller);
    }

    /**
     * The watched folder of the orchestrator: an archive that is moved there is served, one that is deleted there is removed.
     *
     * @return an existing folder, empty at first
     * @throws IllegalStateException as {@link #orchestrator()}
     */
    public Path inbox() {
        return running().inbox();
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        start(context);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        start(context);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        stop(context);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        stop(context);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Client.class || type == Orchestrator.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Client.class ? client() : orchestrator();
    }

    /** Whoever comes first owns it: the class for a static field, the test for an instance field. Nested classes share it. */
    private synchronized void start(ExtensionContext context) {
        if (running == null) {
            TemporaryOrchestrator started = TemporaryOrchestrator.start(configuration);
            try {
                plugins.forEach(plugin -> started.orchestrator().plugins().install(plugin.get()));
            } catch (RuntimeException | Error fault) {
                started.close();
                throw fault;
            }
            running = started;
            owner = context.getUniqueId();
        }
    }

    private synchronized void stop(ExtensionContext context) {
        TemporaryOrchestrator ending = running;
        if (ending != null && context.getUniqueId().equals(owner)) {
            running = null;
            owner = null;
            ending.close();
        }
    }

    private synchronized TemporaryOrchestrator running() {
        if (running == null) {
            throw new IllegalStateException(
                    "there is no orchestrator outside a test; put @RegisterExtension on the field"
                            + " of the CopilotExtension");
        }
        return running;
    }

    /** Builds an extension. Not safe for use by several threads. */
    public static final class Builder {
        private Consumer<OrchestratorBuilder> configuration = builder -> {};
        private final List<Supplier<Path>> plugins = new ArrayList<>();
        private Caller caller = Caller.of("test", "tester");

        private Builder() {}

        /**
         * Registers an agent with no archive: the quickest way to call it, without the isolation of a plugin.
         *
         * @param agent the agent; started and stopped with each orchestrator
         * @return this builder
         */
        public Builder agent(Agent agent) {
            Objects.requireNonNull(agent, "agent");
            return configure(builder -> builder.agent(agent));
        }

        /**
         * Installs a plugin; the test fails if it is refused or does not start.
         *
         * @param archive a JAR or ZIP
         * @return this builder
         */
        public Builder plugin(Path archive) {
            Objects.requireNonNull(archive, "archive");
            plugins.add(() -> archive);
            return this;
        }

        /**
         * Installs the plugin that this test belongs to, as {@link PluginUnderTest#archive()} packs it.
         *
         * @return this builder
         */
        public Builder pluginUnderTest() {
            plugins.add(PluginUnderTest::archive);
            return this;
        }

        /**
         * Sets a setting; it goes before the environment.
         *
         * @param key such as {@code copilot.invoke.timeout}, or {@code copilot.plugin.<id>.<name>} for a plugin's own
         * @param value the value, as it would be written in a file
         * @return this builder
         */
        public Builder setting(String key, String value) {
            Objects.requireNonNull(key, "key");
            Objects.requireNonNull(value, "value");
            return configure(builder -> builder.setting(key, value));
        }

        /**
         * Sets on whose behalf {@link Client} parameters and {@link CopilotExtension#client()} call.
         *
         * @param caller in place of the default: subject {@code tester} of the tenant {@code test}, who may call any agent
         * @return this builder
         */
        public Builder caller(Caller caller) {
            this.caller = Objects.requireNonNull(caller, "caller");
            return this;
        }

        /**
         * Sets whatever else an orchestrator's builder offers, such as an observer.
         *
         * @param more called before each start, after what was set before
         * @return this builder
         */
        public Builder configure(Consumer<OrchestratorBuilder> more) {
            configuration = configuration.andThen(more);
            return this;
        }

        /**
         * Builds the extension.
         *
         * @return the extension, for a field with {@code @RegisterExtension}
         */
        public CopilotExtension build() {
            return new CopilotExtension(this);
        }
    }
}
