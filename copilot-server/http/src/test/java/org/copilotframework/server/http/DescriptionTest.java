package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.spi.management.ManagementEndpoint;
import org.copilotframework.api.spi.management.ManagementRequest;
import org.copilotframework.api.spi.management.ManagementResponse;
import org.copilotframework.core.json.JsonText;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is described is what is done. */
class DescriptionTest {
    @TempDir
    static Path home;

    private static TestServer server;
    private static Data description;

    @BeforeAll
    static void start() {
        server = TestServer.start(home, builder -> builder.endpoint(new Clock()), settings -> settings);
        description = server.get("/openapi.json").json();
    }

    /** An endpoint for operators. */
    private static final class Clock implements ManagementEndpoint {
        @Override
        public String path() {
            return "clock";
        }

        @Override
        public String scope(String method) {
            return method.equals("DELETE") ? "" : "clock:" + method.toLowerCase(Locale.ROOT);
        }

        @Override
        public ManagementResponse handle(ManagementRequest request) {
            return ManagementResponse.of("text/plain", "noon");
        }
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private interface Operation {
        void see(String method, String path, Data operation);
    }

    private static void operations(Operation each) {
        Data paths = description.at("/paths").orElseThrow();
        paths.map()
                .forEach((path, item) ->
                        Data.of(item).map().forEach((method, operation) -> each.see(method, path, Data.of(operation))));
    }

    /** What a JSON text lacks of a schema of the description. */
    private static List<String> misfits(Map<String, Object> schema, String json) {
        Map<String, Object> whole = new LinkedHashMap<>(schema);
        whole.put("components", description.at("/components").orElseThrow().value());
        Schema compiled = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(JsonText.write(Data.of(whole)), InputFormat.JSON);
        return compiled.validate(json, InputFormat.JSON).stream()
                .map(Object::toString)
                .toList();
    }

    private static void assertDescribed(TestServer.Reply reply, String method, String path) {
        String pointer = "/paths/" + path.replace("/", "~1") + "/" + method + "/responses/";
        String type = reply.header("Content-Type").replaceFirst(";.*", "");
        Data response = description
                .at(pointer + reply.status())
                .or(() -> description.at(pointer + "default"))
                .orElseThrow(() -> new AssertionError(method + " " + path + " does not describe " + reply.status()));
        Map<String, Object> schema = new LinkedHashMap<>(response.at("/content/" + type.replace("/", "~1") + "/schema")
                .orElseThrow(() -> new AssertionError(method + " " + path + " does not describe " + type))
                .map());
        assertThat(misfits(schema, reply.body()))
                .as(method + " " + path + ": " + reply.body())
                .isEmpty();
    }

    @Test
    void eachReferenceLeadsSomewhereAndEachOperationHasItsOwnName() {
        assertThat(description.at("/openapi").map(Data::value)).contains("3.1.0");
        Matcher references =
                Pattern.compile("\"\\$ref\":\"#(/components/[^\"]+)\"").matcher(JsonText.write(description));
        int found = 0;
        while (references.find()) {
            assertThat(description.at(references.group(1)))
                    .as(references.group(1))
                    .isPresent();
            found++;
        }
        assertThat(found).isGreaterThan(50);
        Set<Object> names = new HashSet<>();
        operations((method, path, operation) -> {
            assertThat(names.add(operation.map().get("operationId")))
                    .as(method + " " + path)
                    .isTrue();
            assertThat(operation.at("/responses/default")).isPresent();
            Matcher name = Pattern.compile("\\{(\\w+)}").matcher(path);
            List<String> parameters = new ArrayList<>();
            operation.at("/parameters").map(Data::list).orElse(List.of()).forEach(one -> {
                Map<String, Object> parameter = Data.of(one).map();
                if ("path".equals(parameter.get("in"))) {
                    parameters.add(String.valueOf(parameter.get("name")));
                }
            });
            while (name.find()) {
                assertThat(parameters).as(path).contains(name.group(1));
            }
        });
        assertThat(names).hasSizeGreaterThan(30);
    }

    /** Each described route is there: nothing of what it answers is the answer of no route. */
    @Test
    void eachOperationIsThere() {
        operations((method, path, operation) -> {
            String there = path.replaceAll("\\{[^}]+}", "nothing");
            TestServer.Reply reply = server.send(server.request(there)
                    .header("Content-Type", "application/json")
                    .method(
                            method.toUpperCase(java.util.Locale.ROOT),
                            java.net.http.HttpRequest.BodyPublishers.noBody()));
            assertThat(reply.status())
                    .as(method + " " + there)
                    .isNotEqualTo(405)
                    .isLessThan(500);
            assertThat(reply.body()).as(method + " " + there).doesNotContain("there is nothing here");
        });
    }

    @Test
    void anEndpointForOperatorsIsDescribedByEachOfItsMethods() {
        for (String path : List.of("/v1/manage/clock", "/v1/manage/clock/{rest}")) {
            Data item = description.at("/paths/" + path.replace("/", "~1")).orElseThrow();
            assertThat(item.map()).containsOnlyKeys("get", "post", "put");
            assertThat(item.at("/put/description").map(Data::value)).contains("Takes the scope `clock:put`.");
            assertThat(item.at("/put/requestBody/content/*~1*")).isPresent();
            assertThat(item.at("/get/requestBody")).isEmpty();
        }
    }

    @Test
    void whatIsAnsweredIsAsDescribed() {
        assertDescribed(server.get("/v1/agents"), "get", "/v1/agents");
        assertDescribed(server.get("/v1/agents/greeter"), "get", "/v1/agents/{agent}");
        assertDescribed(server.get("/v1/agents/nobody"), "get", "/v1/agents/{agent}");
        String invoke = "/v1/agents/{agent}:invoke";
        assertDescribed(server.post("/v1/agents/echo:invoke", "{\"text\": \"a\", \"session\": \"s\"}"), "post", invoke);
        assertDescribed(server.post("/v1/agents/echo:invoke", "{\"text\": 1}"), "post", invoke);
        assertDescribed(server.post("/v1/agents/breaker:invoke", "{\"text\": \"a\"}"), "post", invoke);
        TestServer.Reply asked = server.post("/v1/agents/asker:invoke", "{\"text\": \"a\"}");
        assertDescribed(asked, "post", invoke);
        String run = "/v1/runs/" + asked.at("/run");
        assertDescribed(server.get(run), "get", "/v1/runs/{run}");
        assertDescribed(server.post(run + ":input", "{\"text\": \"a\"}"), "post", "/v1/runs/{run}:input");
        assertDescribed(server.get(run), "get", "/v1/runs/{run}");
        assertDescribed(server.post(run + ":cancel", "{}"), "post", "/v1/runs/{run}:cancel");
        assertDescribed(server.get("/v1/runs?limit=1"), "get", "/v1/runs");
        assertDescribed(
                server.post("/v1/agents/echo:submit", "{\"text\": \"a\"}"), "post", "/v1/agents/{agent}:submit");
        assertDescribed(server.get("/v1/sessions"), "get", "/v1/sessions");
        assertDescribed(server.get("/v1/sessions/s"), "get", "/v1/sessions/{session}");
        assertDescribed(server.get("/v1/sessions/s/turns"), "get", "/v1/sessions/{session}/turns");
        assertDescribed(server.delete("/v1/sessions/s"), "delete", "/v1/sessions/{session}");
        assertDescribed(server.get("/v1/plugins"), "get", "/v1/plugins");
        assertDescribed(server.post("/v1/tenants/local:erase", ""), "post", "/v1/tenants/{tenant}:erase");
        assertDescribed(server.get("/health/ready?verbose=true"), "get", "/health/ready");
    }

    @Test
    void anAgentIsDescribedWithItsSchemas() {
        Map<String, Object> schema = new LinkedHashMap<>(description
                .at("/paths/~1v1~1agents~1greeter:invoke/post/requestBody/content/application~1json/schema")
                .orElseThrow()
                .map());
        assertThat(misfits(schema, "{\"data\": {\"name\": \"Ada\", \"age\": 36}}"))
                .isEmpty();
        assertThat(misfits(schema, "{\"data\": {\"name\": \"Ada\", \"age\": \"old\"}}"))
                .isNotEmpty();
        assertThat(misfits(schema, "{\"session\": \"s\"}")).isNotEmpty();
    }

    @Test
    void thePageFetchesNothingFromElsewhere() {
        TestServer.Reply page = server.get("/docs");
        assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
        assertThat(page.body()).contains("Agent greeter").doesNotContain("<script", "src=", "href=\"http");
        assertThat(server.get("/docs/style.css").status()).isEqualTo(200);
    }
}
