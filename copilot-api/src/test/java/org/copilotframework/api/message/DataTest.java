package org.copilotframework.api.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;

class DataTest {
    @Test
    void aTreeIsCopiedAndItsNumbersBecomeThoseOfJson() {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("int", 1);
        tree.put("short", (short) 2);
        tree.put("byte", (byte) 3);
        tree.put("float", 0.5f);
        tree.put("char", 'c');
        tree.put("big", BigInteger.TEN);
        tree.put("decimal", BigDecimal.ONE);
        tree.put("null", null);
        tree.put("list", new ArrayList<>(List.of(true, Data.of("inner"))));
        Data data = Data.of(tree);
        tree.clear();

        assertThat(data.map())
                .containsEntry("int", 1L)
                .containsEntry("short", 2L)
                .containsEntry("byte", 3L)
                .containsEntry("float", 0.5)
                .containsEntry("char", "c")
                .containsEntry("big", BigInteger.TEN)
                .containsEntry("decimal", BigDecimal.ONE)
                .containsEntry("null", null)
                .containsEntry("list", List.of(true, "inner"));
        assertThatThrownBy(() -> data.map().put("more", 1L)).isInstanceOf(UnsupportedOperationException.class);
        assertThat(data.list()).isEmpty();
        assertThat(Data.of(List.of(1)).list()).containsExactly(1L);
        assertThat(Data.of(List.of(1)).map()).isEmpty();
        assertThat(Data.of(data)).isSameAs(data);
    }

    @Test
    void aPlaceIsFoundByItsPointer() {
        Data data = Data.of(Map.of("a/b", List.of(Map.of("~", "here"))));

        assertThat(data.at("/a~1b/0/~0")).hasValue(Data.of("here"));
        assertThat(data.at("")).hasValue(data);
        assertThat(data.at("/a~1b/1")).isEmpty();
        assertThat(data.at("/a~1b/01")).isEmpty();
        assertThat(data.at("/x/y")).isEmpty();
        assertThat(Data.of(null).at("")).isEmpty();
        assertThatThrownBy(() -> data.at("a")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void whatIsNoDataIsRefusedAndItsPlaceNamed() {
        assertThatThrownBy(() -> Data.of(Map.of("a", List.of(1, Double.NaN))))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("/a/1")
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> Data.of(Map.of("a/b", new Object()))).hasMessageContaining("/a~1b");
        assertThatThrownBy(() -> Data.of(Map.of(1, 2))).hasMessageContaining("not text");
        List<Object> circle = new ArrayList<>();
        circle.add(circle);
        assertThatThrownBy(() -> Data.of(circle)).hasMessageContaining("cycle");
        assertThatThrownBy(() -> Data.of(Collections.nCopies(Data.MAX_NODES, 1)))
                .hasMessageContaining("values");
    }

    @Test
    void itIsEqualByContentAndKnowsItsWeight() {
        Data data = Data.of(Map.of("key", "value"));

        assertThat(data).isEqualTo(Data.of(Map.of("key", "value"))).hasSameHashCodeAs(Data.of(Map.of("key", "value")));
        assertThat(data).isNotEqualTo(Data.of("value")).hasToString("{key=value}");
        assertThat(data.weight()).isBetween(8L, "{\"key\":\"value\"}".length() + 0L);
        assertThat(Data.of(Arrays.asList(null, 1)).weight()).isEqualTo(3);
    }
}
