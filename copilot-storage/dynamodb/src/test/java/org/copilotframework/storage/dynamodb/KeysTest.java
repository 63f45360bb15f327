package org.copilotframework.storage.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredValue;
import org.junit.jupiter.api.Test;

class KeysTest {
    @Test
    void sortKeysAreInTheOrderOfCodePoints() {
        List<String> texts = List.of(
                "a", "a\u0001", "ab", "\ud7ff", "\ue000", "\uffff", "\ud800\udc00", "\ud800\udc01", "\udbff\udfff");
        for (int i = 0; i < texts.size() - 1; i++) {
            assertThat(Arrays.compareUnsigned(
                            Keys.ordered(texts.get(i)).asByteArray(),
                            Keys.ordered(texts.get(i + 1)).asByteArray()))
                    .as("%s < %s", texts.get(i), texts.get(i + 1))
                    .isNegative();
        }
    }

    @Test
    void theLongestKeysAreKeptApartAndInOrder() {
        String first = "\u20ac".repeat(KeyValues.MAX_KEY - 1) + "\u20ac";
        String second = "\u20ac".repeat(KeyValues.MAX_KEY - 1) + "\u20ad";
        String third = "\ud83d\ude00".repeat(KeyValues.MAX_KEY / 2);
        try (Storage storage = TableUnderTest.shared().open()) {
            storage.migrate();
            for (String key : List.of(third, second, first)) {
                storage.values().add(Sample.TENANT, key, 1, null);
            }
            assertThat(storage.values().list(Sample.TENANT, "\u20ac", "", 10, Long.MAX_VALUE))
                    .extracting(StoredValue::key)
                    .containsExactly(first, second);
            assertThat(storage.values().list(Sample.TENANT, "", first, 10, Long.MAX_VALUE))
                    .extracting(StoredValue::key)
                    .containsExactly(second, third);
            assertThat(storage.values().list(Sample.TENANT, "", second + "more", 10, Long.MAX_VALUE))
                    .extracting(StoredValue::key)
                    .containsExactly(third);
            assertThat(storage.values().list(Sample.TENANT, first + "more", "", 10, Long.MAX_VALUE))
                    .isEmpty();
            storage.erase(Sample.TENANT);
        }
    }
}
