package org.copilotframework.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.spi.management.ManagementEndpoint;
import org.copilotframework.api.spi.management.ManagementRequest;
import org.copilotframework.api.spi.management.ManagementResponse;
import org.copilotframework.core.fixture.TestBed;
import org.copilotframework.testplugins.PluginJars;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Endpoints for operators, wherever they come from. */
class EndpointsTest {
    @RegisterExtension
    private final TestBed bed = TestBed.empty();

    private record Own(String path, String text) implements ManagementEndpoint {
        @Override
        public String scope(String method) {
            return path + ":read";
        }

        @Override
        public ManagementResponse handle(ManagementRequest request) {
            return ManagementResponse.of("text/plain", text);
        }
    }

    private void drop(String path) {
        PluginJars.plugin("page-" + path, "1.0.0")
                .manifest(PluginKind.MANIFEST_ATTRIBUTE, "provider")
                .source("plugin.Page", """
                        package plugin;

                        import org.copilotframework.api.error.*;
                        import org.copilotframework.api.spi.management.*;

                        public class Page implements ManagementEndpoint {
                            static class Own extends Exception {}

                            public String path() {
                                return "%s";
                            }

                            public String scope(String method) {
                                return "pages:" + method;
                            }

                            public ManagementResponse handle(ManagementRequest request) throws Exception {
                                if (request.rest().equals("gone")) {
                                    throw new NotFoundException("no such page");
                                } else if (request.rest().equals("broken")) {
                                    throw new Own();
                                }
                                boolean own = Thread.currentThread().getContextClassLoader() == Page.class.getClassLoader();
                                return ManagementResponse.of("text/plain", request.method() + " " + own);
                            }
                        }
                        """.formatted(path))
                .extension("plugin.Page")
                .build(bed.inbox());
    }

    private Orchestrator started(ManagementEndpoint... own) {
        OrchestratorBuilder builder = Orchestrator.builder().home(bed.home()).plugins(bed.inbox());
        for (ManagementEndpoint one : own) {
            builder.endpoint(one);
        }
        return builder.start();
    }

    private static ManagementRequest get(String rest) {
        return new ManagementRequest(Caller.local(), "GET", rest, Map.of(), "", new byte[0]);
    }

    private static String text(ManagementEndpoint endpoint) throws Exception {
        return new String(endpoint.handle(get("")).body(), StandardCharsets.UTF_8);
    }

    @Test
    void thoseOfTheApplicationAndOfPluginsAreInOneOrder() throws Exception {
        drop("middle");
        try (Orchestrator copilot = started(new Own("z", "last"), new Own("a", "first"))) {
            List<ManagementEndpoint> all = copilot.access().endpoints();
            assertThat(all).extracting(ManagementEndpoint::path).containsExactly("a", "middle", "z");
            assertThat(text(all.get(1))).isEqualTo("GET true");
            assertThat(all.get(1).scope("PUT")).isEqualTo("pages:PUT");
        }
    }

    /** Says for each method what a test tells it to, and answers with the method. */
    private record Slipped(Function<String, String> scopes) implements ManagementEndpoint {
        @Override
        public String path() {
            return "slipped";
        }

        @Override
        public String scope(String method) {
            return scopes.apply(method);
        }

        @Override
        public ManagementResponse handle(ManagementRequest request) {
            return ManagementResponse.of("text/plain", request.method());
        }
    }

    @Test
    void aMethodWithoutAScopeIsNotServed() throws Exception {
        Slipped own = new Slipped(method -> switch (method) {
            case "GET" -> "levels:read";
            case "POST" -> "";
            case "PUT" -> null;
            default -> throw new IllegalArgumentException(method);
        });
        try (Orchestrator copilot = started(own)) {
            ManagementEndpoint endpoint = copilot.access().endpoints().get(0);
            assertThat(endpoint.scope("GET")).isEqualTo("levels:read");
            assertThat(endpoint.scope("HEAD")).isEqualTo("levels:read");
            assertThat(text(endpoint)).isEqualTo("GET");
            ManagementRequest head = new ManagementRequest(Caller.local(), "HEAD", "", Map.of(), "", new byte[0]);
            assertThat(new String(endpoint.handle(head).body(), StandardCharsets.UTF_8))
                    .isEqualTo("GET");
            for (String method : List.of("POST", "PUT", "PATCH", "DELETE", "BREW")) {
                assertThat(endpoint.scope(method)).isNull();
                ManagementRequest request =
                        new ManagementRequest(Caller.local(), method, "", Map.of(), "", new byte[0]);
                assertThatThrownBy(() -> endpoint.handle(request)).isInstanceOf(NotFoundException.class);
            }
        }
    }

    @Test
    void aScopeThatIsNoneIsRefused() {
        for (String wrong : List.of("*", "a b", "levels:", ":read", "levels:*", " ")) {
            try (Orchestrator copilot = started(new Slipped(method -> wrong))) {
                assertThatThrownBy(copilot::access)
                        .isInstanceOf(InvalidRequestException.class)
                        .hasMessageContaining("'slipped'");
            }
        }
    }

    @Test
    void theApplicationsWinsItsPath() throws Exception {
        drop("metrics");
        try (Orchestrator copilot = started(new Own("metrics", "mine"))) {
            assertThat(copilot.access().endpoints()).hasSize(1);
            assertThat(text(copilot.access().endpoints().get(0))).isEqualTo("mine");
        }
    }

    @Test
    void whatAPluginThrowsDoesNotCrossTheBorder() {
        drop("metrics");
        try (Orchestrator copilot = started()) {
            ManagementEndpoint endpoint = copilot.access().endpoints().get(0);
            assertThatThrownBy(() -> endpoint.handle(get("gone"))).isInstanceOf(NotFoundException.class);
            assertThatThrownBy(() -> endpoint.handle(get("broken")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("plugin.Page$Own")
                    .hasNoCause();
        }
    }

    @Test
    void twoOfOnePathAndAPathOfAnotherFormAreRefused() {
        try (Orchestrator copilot = started(new Own("a", ""), new Own("a", ""))) {
            assertThatThrownBy(copilot::access)
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("are named 'a'");
        }
        try (Orchestrator copilot = started(new Own("../a", ""))) {
            assertThatThrownBy(copilot::access).isInstanceOf(InvalidRequestException.class);
        }
    }
}
