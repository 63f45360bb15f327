package org.copilotframework.testkit;

import static org.copilotframework.testkit.CopilotAssertions.assertThat;
import static org.copilotframework.testkit.CopilotAssertions.assertThatFailureOf;
import static org.copilotframework.testkit.CopilotAssertions.assertThatIllegalStateException;

import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.ErrorCode;
import org.copilotframework.core.Orchestrator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.RegisterExtension;

class CopilotExtensionTest {
    @RegisterExtension
    static final CopilotExtension shared = CopilotExtension.builder()
            .agent(new Whoami())
            .setting("copilot.plugin.whoami.greeting", "Good day")
            .caller(Caller.of("acme", "alice"))
            .build();

    private static final Set<Orchestrator> seen = new HashSet<>();

    @Test
    void callsAsTheCallerWithTheSettings(Client client) {
        assertThat(client.invoke("whoami", "?")).hasText("Good day, alice of acme");
    }

    @Test
    void oneInAStaticFieldIsSharedByTheTestsOfItsClass(Orchestrator orchestrator) {
        seen.add(orchestrator);
        assertThat(orchestrator).isSameAs(shared.orchestrator());
    }

    @Test
    void anAgentThatIsNotRegisteredIsNotThere(Client client) {
        assertThatFailureOf(() -> client.invoke("whoami2", "?"))
                .hasCode(ErrorCode.NOT_FOUND)
                .hasMessageContaining("whoami");
    }

    @Test
    void theInboxIsEmptyAndInItsOwnFolder() {
        assertThat(shared.inbox()).isEmptyDirectory();
    }

    @AfterAll
    static void wasOne() {
        assertThat(seen).hasSize(1);
    }

    @Nested
    class InAnInnerClass {
        @Test
        void theSharedOneIsTheSame(Orchestrator orchestrator) {
            seen.add(orchestrator);
            assertThat(orchestrator.agents().find("whoami")).isPresent();
        }
    }

    @Test
    void aPluginThatIsRefusedLeavesNoFilesAndSaysWhy() {
        CopilotExtension broken =
                CopilotExtension.builder().plugin(Path.of("no-such.jar")).build();
        assertThatFailureOf(() -> broken.beforeEach(context("one")))
                .hasCode(ErrorCode.INVALID_REQUEST)
                .hasMessageContaining("no-such.jar");
        assertThatIllegalStateException().isThrownBy(broken::orchestrator).withMessageContaining("@RegisterExtension");
    }

    @Test
    void oneInAnInstanceFieldIsNewForEachTestAndLeavesNothing() {
        CopilotExtension own = CopilotExtension.builder().agent(new Whoami()).build();
        own.beforeEach(context("one"));
        Orchestrator first = own.orchestrator();
        Path inbox = own.inbox();
        assertThat(own.client().invoke("whoami", "?")).hasText("Hello, tester of test");
        own.afterEach(context("one"));
        assertThat(Files.exists(inbox.getParent())).isFalse();

        own.beforeEach(context("two"));
        assertThat(own.orchestrator()).isNotSameAs(first);
        own.afterEach(context("two"));
    }

    /** All that the extension asks of a context is its id. */
    private static ExtensionContext context(String id) {
        return (ExtensionContext) Proxy.newProxyInstance(
                CopilotExtensionTest.class.getClassLoader(),
                new Class<?>[] {ExtensionContext.class},
                (proxy, method, arguments) -> method.getName().equals("getUniqueId") ? id : null);
    }

    @AgentInfo(name = "whoami")
    static final class Whoami implements Agent {
        record Settings(@Default("Hello") String greeting) {}

        @Override
        public AgentReply handle(AgentRequest request, AgentContext context) {
            return AgentReply.text(context.settings(Settings.class).greeting() + ", "
                    + context.caller().principal().subject() + " of "
                    + context.caller().tenant());
        }
    }
}
