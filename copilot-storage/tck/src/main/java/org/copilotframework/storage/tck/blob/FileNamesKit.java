package org.copilotframework.storage.tck.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every name that the contract permits is only a name; every other one is refused before anything is done. */
abstract class FileNamesKit extends FileTheme {
    static Stream<String> hostile() {
        return Stream.of(
                "",
                "/etc/passwd",
                "..",
                "../globex/a",
                "a/../../globex/a",
                "a/./b",
                ".",
                "a//b",
                "a/",
                "nul\0byte",
                "line\nbreak",
                "naïve",
                "\u202Egnp.exe",
                "\ud800",
                "x".repeat(1025),
                "x".repeat(2048));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void aHostileNameIsRefusedByEachOperation(String name) throws IOException {
        refused(() -> put(name, "x"));
        refused(() -> put(name, BlobOptions.NONE.ifAbsent(), "x"));
        refused(() -> blobs().read(tenant(), name));
        refused(() -> blobs().open(tenant(), name, BlobRange.from(1)));
        refused(() -> blobs().stat(tenant(), name));
        refused(() -> blobs().delete(tenant(), name));
        assertThat(blobs().list(tenant(), "", "", 10)).isEmpty();
    }

    private static void refused(ThrowingCallable use) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(use)
                .satisfies(error -> assertThat(error.getMessage()).matches("[\\x20-\\x7E]+"));
    }

    @Test
    void oddNamesAreKeptApart() throws IOException {
        List<String> odd = List.of(
                "..\\..\\globex\\a",
                "C:/windows",
                "con",
                "CON",
                "nul.txt",
                "trailing.",
                " space ",
                "a%2fb",
                "a%252fb",
                "%",
                "a+b",
                "a b",
                "...",
                "~",
                "$(rm -rf)",
                "*?<>|\"'`#&=;",
                "x".repeat(1024),
                "X".repeat(1024),
                "X/".repeat(511) + "X",
                "readme",
                "README",
                "a",
                "a/b",
                "a/b/c");
        for (String name : odd) {
            put(name, name);
        }
        for (String name : odd) {
            assertThat(get(name)).as(name).contains(name);
            assertThat(blobs().stat(tenant(), name).orElseThrow().name()).isEqualTo(name);
        }
        assertThat(names("", "", 1000)).containsExactlyElementsOf(new TreeSet<>(odd));
    }

    @Test
    void aTenantWhoseNameBeginsAnothersSeesNothingOfIt() throws IOException {
        TenantId longer = new TenantId(tenant().value() + ".x");
        blobs().write(longer, "a", out -> out.write('1'));
        try {
            assertThat(blobs().list(tenant(), "", "", 10)).isEmpty();
            assertThat(blobs().erase(tenant())).isZero();
            assertThat(blobs().stat(longer, "a")).isPresent();
        } finally {
            blobs().erase(longer);
        }
    }

    @Test
    void theLongestTenantHasFilesOfTheLongestNames() throws IOException {
        TenantId longest = new TenantId("T".repeat(128));
        String name = "n".repeat(1024);
        blobs().write(longest, name, out -> out.write('1'));
        assertThat(blobs().stat(longest, name)).isPresent();
        assertThat(blobs().erase(longest)).isEqualTo(1);
    }
}
