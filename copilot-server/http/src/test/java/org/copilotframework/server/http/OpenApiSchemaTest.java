package org.copilotframework.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.openapiparser.OpenApiParser;
import io.openapiparser.OpenApiResult;
import io.openapiparser.OpenApiVersion;
import io.openapiparser.model.v31.OpenApi;
import io.openapiprocessor.jsonschema.reader.UriReader;
import io.openapiprocessor.jsonschema.schema.DocumentLoader;
import io.openapiprocessor.jsonschema.schema.DocumentStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.message.Data;
import org.copilotframework.core.json.JsonText;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A parser of OpenAPI that is not ours finds nothing wrong in the description, by the schema that OpenAPI 3.1 has of itself. */
class OpenApiSchemaTest {
    private static final URI HERE = URI.create("https://copilot.example/openapi.json");

    @TempDir
    static Path home;

    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.open(home);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** By the schema that OpenAPI publishes of itself. */
    private static List<String> faults(String json) throws IOException {
        return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(published(), InputFormat.JSON)
                .validate(json, InputFormat.JSON)
                .stream()
                .map(Object::toString)
                .toList();
    }

    private static String published() throws IOException {
        try (InputStream in = OpenApiParser.class.getResourceAsStream("/openapi/3.1/schema/2025-09-15")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void aParserOfOpenApiReadsIt() {
        DocumentLoader none =
                new DocumentLoader(new UriReader(), text -> JsonText.parse(text).value());
        OpenApiResult parsed = new OpenApiParser(new DocumentStore(), none)
                .parse(HERE, server.get("/openapi.json").json().value());
        assertThat(parsed.getVersion()).isEqualTo(OpenApiVersion.V31);
        assertThat(parsed.getModel(OpenApi.class).getPaths().getPathItems()).containsKey("/v1/agents/{agent}:invoke");
        assertThat(parsed.bundle()).isNotEmpty();
    }

    @Test
    void theDescriptionIsOpenApi() throws IOException {
        assertThat(faults(server.get("/openapi.json").body())).isEmpty();
    }

    @Test
    void whatIsNotIsFound() throws IOException {

        String json = server.get("/openapi.json").body();
        assertThat(faults(json.replaceFirst("\"title\":\"[^\"]*\"", "\"titel\":1")))
                .isNotEmpty();
        assertThat(faults(json.replaceFirst("\"in\":\"path\"", "\"in\":\"body\"")))
                .isNotEmpty();
    }

    /** What OpenAPI leaves to JSON Schema. */
    private static List<String> faultsOfSchemas(String json) {
        Schema schemas = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"));
        List<Data> found = new ArrayList<>();
        collect(JsonText.parse(json).value(), found);
        assertThat(found).hasSizeGreaterThan(50);
        return found.stream()
                .flatMap(one -> schemas.validate(JsonText.write(one), InputFormat.JSON).stream())
                .map(Object::toString)
                .toList();
    }

    private static void collect(Object tree, List<Data> found) {
        if (tree instanceof Map<?, ?> map) {
            if (map.get("schema") instanceof Map<?, ?> schema) {
                found.add(Data.of(schema));
            } else if (map.get("schemas") instanceof Map<?, ?> shared) {
                shared.values().forEach(one -> found.add(Data.of(one)));
            }
            map.values().forEach(one -> collect(one, found));
        } else if (tree instanceof List<?> list) {
            list.forEach(one -> collect(one, found));
        }
    }

    @Test
    void itsSchemasAreJsonSchema() {
        String json = server.get("/openapi.json").body();
        assertThat(faultsOfSchemas(json)).isEmpty();
        assertThat(faultsOfSchemas(json.replaceFirst("\"type\":\"string\"", "\"type\":\"text\"")))
                .isNotEmpty();
    }
}
