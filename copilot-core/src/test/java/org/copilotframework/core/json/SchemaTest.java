package org.copilotframework.core.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.agent.Name;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaTest {
    enum Size {
        SMALL,
        LARGE
    }

    @Doc("an order of goods")
    record Order(
            @Doc("what to send") String article,
            @Default("1") int pieces,
            Size size,
            @Name("ship-by") Optional<LocalDate> shipBy,
            @Nullable Address address,
            @Default("[]") List<Order> parts,
            @Default("{}") Map<Size, Double> prices,
            Optional<Stamps> stamps) {}

    @Doc("where to")
    record Address(String street, Optional<Address> care) {}

    record Stamps(
            @Default("PT1S") Duration lasting, @Nullable Instant at, Optional<LocalTime> time, Optional<UUID> id, Set<Object> any) {}

    private final HostJson json = new HostJson();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'article':'a','size':'SMALL'}",
                "{'article':'a','size':'LARGE','pieces':2,'ship-by':'2025-01-31','address':{'street':'s'}}",
                "{'article':'a','size':'SMALL','ship-by':null,'address':null}",
                "{'article':'a','size':'SMALL','parts':[{'article':'b','size':'LARGE'}]}",
                "{'article':'a','size':'SMALL','parts':[{'article':'b'}]}",
                "{'article':'a','size':'SMALL','parts':[null]}",
                "{'article':'a','size':'SMALL','parts':{}}",
                "{'article':'a','size':'SMALL','parts':null}",
                "{'article':'a','size':'SMALL','prices':{'SMALL':1,'LARGE':2.5}}",
                "{'article':'a','size':'SMALL','prices':{'MEDIUM':1}}",
                "{'article':'a','size':'SMALL','prices':{'SMALL':'1'}}",
                "{'article':'a','size':'SMALL','prices':{'SMALL':null}}",
                "{'article':'a','size':'MEDIUM'}",
                "{'article':'a','size':null}",
                "{'article':'a'}",
                "{'size':'SMALL'}",
                "{'article':5,'size':'SMALL'}",
                "{'article':'a','size':'SMALL','pieces':1.0}",
                "{'article':'a','size':'SMALL','pieces':1.5}",
                "{'article':'a','size':'SMALL','pieces':'1'}",
                "{'article':'a','size':'SMALL','pieces':null}",
                "{'article':'a','size':'SMALL','pieces':2147483648}",
                "{'article':'a','size':'SMALL','pieces':-2147483648}",
                "{'article':'a','size':'SMALL','ship-by':'31.1.2025'}",
                "{'article':'a','size':'SMALL','ship-by':1}",
                "{'article':'a','size':'SMALL','unknown':1}",
                "{'article':'a','size':'SMALL','address':{'street':'s','care':{'street':'t'}}}",
                "{'article':'a','size':'SMALL','address':{'street':'s','care':{'town':'t'}}}",
                "{'article':'a','size':'SMALL','stamps':{'any':[null,1,'x',{}]}}",
                "{'article':'a','size':'SMALL','stamps':{'any':[],'lasting':'PT5M','at':'2025-01-31T12:00:00Z'}}",
                "{'article':'a','size':'SMALL','stamps':{'any':[],'lasting':'5m'}}",
                "{'article':'a','size':'SMALL','stamps':{'any':[],'at':'yesterday'}}",
                "{'article':'a','size':'SMALL','stamps':{'any':[],'at':null,'time':'12:30','id':null}}",
                "{'article':'a','size':'SMALL','stamps':{'any':[],'time':'noon'}}",
                "{'article':'a','size':'SMALL','stamps':{'any':[],'id':'1-1-1-1-1'}}",
                "{'article':'a','size':'SMALL','stamps':{'any':[],'id':'123e4567-e89b-12d3-a456-426614174000'}}",
                "{'article':'a','size':'SMALL','stamps':{}}",
                "[]",
                "null",
                "'text'",
            })
    void theSchemaAndTheBindingAgree(String quoted) {
        String document = quoted.replace('\'', '"');
        assertThat(binds(document, Order.class)).as("bound").isEqualTo(fits(document, json.schema(Order.class)));
    }

    @Test
    void whatIsWrittenFitsTheSchema() {
        Order part = new Order("b", 1, Size.LARGE, Optional.empty(), null, List.of(), Map.of(), Optional.empty());
        Stamps stamps = new Stamps(
                Duration.ofDays(2),
                Instant.EPOCH,
                Optional.of(LocalTime.NOON),
                Optional.of(new UUID(1, 2)),
                Set.of(1L));
        Order order = new Order(
                "a",
                2,
                Size.SMALL,
                Optional.of(LocalDate.EPOCH),
                new Address("s", Optional.of(new Address("t", Optional.empty()))),
                List.of(part),
                Map.of(Size.SMALL, 1.5),
                Optional.of(stamps));
        Data data = json.write(order);
        assertThat(problems(JsonText.write(data), json.schema(Order.class))).isEmpty();
        assertThat(json.read(data, Order.class)).isEqualTo(order);
    }

    @Test
    void descriptionsDefaultsAndOrderAreInTheSchema() {
        Data schema = json.schema(Order.class);
        assertThat(schema.at("/$schema")).contains(Data.of("https://json-schema.org/draft/2020-12/schema"));
        assertThat(schema.at("/description")).contains(Data.of("an order of goods"));
        assertThat(schema.at("/additionalProperties")).contains(Data.of(false));
        assertThat(schema.at("/required")).contains(Data.of(List.of("article", "size")));
        assertThat(schema.at("/properties/article/description")).contains(Data.of("what to send"));
        assertThat(schema.at("/properties/pieces/default")).contains(Data.of(1));
        assertThat(schema.at("/properties").orElseThrow().map().keySet())
                .containsExactly("article", "pieces", "size", "ship-by", "address", "parts", "prices", "stamps");
    }

    @Test
    void aTypeThatIsNoRecordHasASchemaToo() {
        assertThat(fits("[1,2]", json.schema(int[].class))).isTrue();
        assertThat(fits("[1,'2']".replace('\'', '"'), json.schema(int[].class))).isFalse();
        assertThat(json.schema(String.class).at("/type")).contains(Data.of("string"));
        assertThat(json.schema(Object.class)).isSameAs(json.schema(Object.class));
    }

    private boolean binds(String document, Class<?> type) {
        try {
            json.read(JsonText.parse(document), type);
            return true;
        } catch (InvalidRequestException wrong) {
            return false;
        }
    }

    private static boolean fits(String document, Data schema) {
        return problems(document, schema).isEmpty();
    }

    private static List<?> problems(String document, Data schema) {
        SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        Schema compiled = registry.getSchema(JsonText.write(schema), InputFormat.JSON);
        return compiled.validate(
                document,
                InputFormat.JSON,
                context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
    }
}
