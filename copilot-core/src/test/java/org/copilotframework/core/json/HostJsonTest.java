package org.copilotframework.core.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.agent.Name;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostJsonTest {
    enum Colour {
        RED,
        @Name("dark-green")
        GREEN {
            @Override
            boolean dark() {
                return true;
            }
        };

        boolean dark() {
            return false;
        }
    }

    record Item(
            @Doc("how it is called") String name,
            int count,
            @Default("1") long weight,
            @Default("none") String note,
            Optional<Colour> colour,
            @Nullable String remark,
            @Name("due-on") Optional<LocalDate> due,
            @Default("[]") List<Item> parts) {}

    record Values(
            BigDecimal price,
            BigInteger big,
            double ratio,
            float share,
            boolean flag,
            char sign,
            URI link,
            UUID id,
            Instant at,
            Duration lasting,
            byte[] bytes,
            int[] numbers,
            Map<Colour, List<Integer>> byColour,
            Object anything,
            Data data) {}

    record Page<T>(List<T> items, @Nullable T last) {}

    record Range(int from, int to) {
        Range {
            if (from > to) {
                throw new IllegalArgumentException("from is greater than to");
            }
        }
    }

    record Faulty(String name) {
        @Override
        public String name() {
            throw new IllegalStateException("not today");
        }
    }

    record Measured(double value, List<Double> more) {}

    record Chain(String name, List<Object> next) {}

    record Filed(Path file) {}

    private final HostJson json = new HostJson();

    @Test
    void anAbsentComponentTakesItsDefaultOrIsEmpty() {
        Item item = json.read(JsonText.parse("{'name':'a','count':2}".replace('\'', '"')), Item.class);
        assertThat(item)
                .isEqualTo(new Item("a", 2, 1, "none", Optional.empty(), null, Optional.empty(), List.of()));
    }

    @Test
    void allTypesComeBackAsTheyWere() {
        Values values = new Values(
                new BigDecimal("1.25"),
                BigInteger.TWO.pow(80),
                0.1,
                0.1f,
                true,
                '§',
                URI.create("https://example.org/a?b#c"),
                UUID.fromString("123e4567-e89b-12d3-a456-426614174000"),
                Instant.parse("2025-01-31T12:00:00.5Z"),
                Duration.ofMinutes(90),
                new byte[] {1, 2, -1},
                new int[] {3, 4},
                Map.of(Colour.GREEN, List.of(1)),
                Map.of("k", List.of(1L, "x")),
                Data.of(List.of(true)));
        Data data = json.write(values);
        assertThat(data.map().get("byColour")).isEqualTo(Map.of("dark-green", List.of(1L)));
        assertThat(data.map().get("share")).isEqualTo(0.1);
        assertThat(json.read(data, Values.class))
                .usingRecursiveComparison()
                .isEqualTo(values);
        assertThat(json.read(JsonText.parse(JsonText.write(data)), Values.class))
                .usingRecursiveComparison()
                .isEqualTo(values);
    }

    @Test
    void aGenericRecordIsReadByItsArguments() throws Exception {
        java.lang.reflect.Type type =
                Holder.class.getDeclaredField("page").getGenericType();
        Data data = Data.of(Map.of("items", List.of(Map.of("from", 1, "to", 2))));
        assertThat(json.read(data, type)).isEqualTo(new Page<>(List.of(new Range(1, 2)), null));
    }

    static final class Holder {
        @Nullable Page<Range> page;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock = """
            {"name":"a"}                                    | /count           | is missing and required
            {"count":1}                                     | /name            | is missing and required: how it is called
            {"name":"a","count":"5"}                        | /count           | a whole number from -2147483648 to 2147483647 is expected, not the text '5'
            {"name":"a","count":1.5}                        | /count           | a whole number from -2147483648 to 2147483647 is expected, not the number 1.5
            {"name":"a","count":3000000000}                 | /count           | a whole number from -2147483648 to 2147483647 is expected, not the number 3000000000
            {"name":"a","count":1e999999}                   | /count           | a whole number from -2147483648 to 2147483647 is expected, not the number 1E+999999
            {"name":"a","count":null}                       | /count           | a whole number from -2147483648 to 2147483647 is expected, not null
            {"name":null,"count":1}                         | /name            | a text is expected, not null
            {"name":7,"count":1}                            | /name            | a text is expected, not the number 7
            {"name":true,"count":1}                         | /name            | a text is expected, not true
            {"name":{},"count":1}                           | /name            | a text is expected, not an object
            {"name":"a","cuont":1}                          | /cuont           | is not known here; did you mean 'count'?; the properties are name, count, weight, note, colour, remark, due-on, parts
            {"name":"a","count":1,"a/b~c":1}                | /a~1b~0c         | is not known here; the properties are name, count, weight, note, colour, remark, due-on, parts
            {"name":"a","count":1,"colour":"GREEN"}         | /colour          | one of RED, dark-green is expected, not the text 'GREEN'
            {"name":"a","count":1,"colour":0}               | /colour          | one of RED, dark-green is expected, not the number 0
            {"name":"a","count":1,"due-on":"31.1.25"}       | /due-on          | a date such as 2025-01-31 is expected, not the text '31.1.25'
            {"name":"a","count":1,"due-on":20250131}        | /due-on          | a date such as 2025-01-31 is expected, not the number 20250131
            {"name":"a","count":1,"note":null}              | /note            | a text is expected, not null
            {"name":"a","count":1,"parts":null}             | /parts           | an array is expected, not null
            {"name":"a","count":1,"parts":{}}               | /parts           | an array is expected, not an object
            {"name":"a","count":1,"parts":"x"}              | /parts           | an array is expected, not the text 'x'
            {"name":"a","count":1,"parts":[null]}           | /parts/0         | an object is expected, not null
            {"name":"a","count":1,"parts":[{"name":"b"}]}   | /parts/0/count   | is missing and required
            []                                              | /                | an object is expected, not an array
            null                                            | /                | an object is expected, not null
            """)
    void whatDoesNotFitIsSaidWithItsPlace(String document, String pointer, String words) {
        InvalidRequestException wrong = refused(() -> json.read(JsonText.parse(document), Item.class));
        assertThat(wrong).hasMessage(pointer + ": " + words);
        assertThat(wrong.pointer()).contains(pointer.equals("/") ? "" : pointer);
    }

    @Test
    void whatARecordsConstructorSaysReachesTheCaller() {
        InvalidRequestException wrong = refused(() -> json.read(Data.of(Map.of("from", 2, "to", 1)), Range.class));
        assertThat(wrong).hasMessage("/: from is greater than to");
    }

    @Test
    void elementsOfListsMapsAndArraysAreCheckedToo() throws Exception {
        assertThat(refused(() -> json.read(
                        Data.of(Map.of("value", 1, "more", java.util.Arrays.asList(1.5, null))), Measured.class)))
                .hasMessageStartingWith("/more/1: a number that a double can hold is expected, not null");
        assertThat(refused(() -> json.read(Data.of(List.of(1, "2")), int[].class))).hasMessageStartingWith("/1: a whole");
        assertThat(refused(() -> json.read(Data.of(List.of("x", 2)), String[].class)))
                .hasMessageStartingWith("/1: a text is expected");
        java.lang.reflect.Type byColour = Values.class.getDeclaredField("byColour").getGenericType();
        assertThat(refused(() -> json.read(Data.of(Map.of("BLUE", List.of())), byColour)))
                .hasMessage("/BLUE: one of RED, dark-green is expected, not the text 'BLUE'");
        assertThat(refused(() -> json.read(Data.of(Map.of("RED", List.of(1, true))), byColour)))
                .hasMessageStartingWith("/RED/1: a whole number");
    }

    @Test
    void aTypeThatCannotBeDataIsRefusedInWords() {
        assertThat(refused(() -> json.read(Data.of(Map.of("file", "/etc/passwd")), Filed.class)))
                .hasMessageStartingWith("/file: java.nio.file.Path cannot be data; use a record");
        assertThat(refused(() -> json.schema(Filed.class))).hasMessageContaining("java.nio.file.Path cannot be data");
        assertThat(refused(() -> json.write(new Filed(Path.of("x"))))).hasMessageStartingWith("/file: ");
        assertThat(refused(() -> json.write(new Object()))).hasMessageContaining("java.lang.Object cannot be data");
        assertThat(refused(() -> json.write(Thread.currentThread()))).hasMessageContaining("cannot be data");
        assertThat(refused(() -> json.write(List.of(Optional.of(1))))).hasMessageStartingWith("/0: Optional is for");
        assertThat(refused(() -> json.read(Data.of("x"), Runnable.class))).hasMessageContaining("cannot be data");
        assertThat(refused(() -> json.write(Map.of(1, 2)))).hasMessageContaining("a map's keys must be text");
    }

    @Test
    void anAccessorThatThrowsIsToldInWords() {
        assertThat(refused(() -> json.write(List.of(new Faulty("x")))))
                .hasMessage("/0/name: cannot be read: its accessor threw java.lang.IllegalStateException: not today");
    }

    @Test
    void aNumberThatJsonDoesNotHaveIsRefusedWithItsPlace() {
        assertThat(refused(() -> json.write(new Measured(1, List.of(1.0, Double.NaN)))))
                .hasMessage("/more/1: NaN is not a number that JSON has");
        assertThat(refused(() -> json.write(new Measured(Double.POSITIVE_INFINITY, List.of()))))
                .hasMessageStartingWith("/value: Infinity");
    }

    @Test
    void aNullThatNoReaderWouldTakeIsNotWritten() {
        assertThat(refused(() -> json.write(new Item(cast(null), 1, 1, "", Optional.empty(), null, Optional.empty(), List.of()))))
                .hasMessageStartingWith("/name: is null");
        Data data = json.write(new Item("a", 1, 1, "", Optional.of(Colour.RED), null, Optional.empty(), List.of()));
        assertThat(data.map()).containsOnlyKeys("name", "count", "weight", "note", "colour", "parts");
    }

    @Test
    void aCycleIsRefusedAndNotFollowed() {
        List<Object> next = new ArrayList<>();
        Chain chain = new Chain("a", next);
        next.add(chain);
        assertThat(refused(() -> json.write(chain))).hasMessageContaining("or holds a cycle");
        List<Object> shared = List.of();
        for (int i = 0; i < 60; i++) {
            shared = List.of(shared, shared);
        }
        List<Object> wide = shared;
        assertThat(refused(() -> json.write(wide))).hasMessageContaining("values");
    }

    @Test
    void jdkValuesAreWrittenWithoutARecord() {
        assertThat(json.write("x").value()).isEqualTo("x");
        assertThat(json.write(List.of(1, Colour.GREEN, Map.of("a", 1.5f))).value())
                .isEqualTo(List.of(1L, "dark-green", Map.of("a", 1.5)));
        Data data = Data.of("y");
        assertThat(json.write(data)).isSameAs(data);
        assertThat(json.read(Data.of(5), int.class)).isEqualTo(5);
        assertThat(json.read(Data.of(5.0), Integer.class)).isEqualTo(5);
    }

    private static InvalidRequestException refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        InvalidRequestException wrong = catchThrowableOfType(InvalidRequestException.class, call);
        assertThat(wrong).isNotNull();
        assertThat(wrong.getMessage()).doesNotContain("jackson", "Jackson", "Deserializ", "\tat ");
        return wrong;
    }

    @SuppressWarnings({"unchecked", "NullAway"})
    private static <T> T cast(@Nullable Object object) {
        return (T) object;
    }
}
