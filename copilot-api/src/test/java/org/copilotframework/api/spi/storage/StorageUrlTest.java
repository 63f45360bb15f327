package org.copilotframework.api.spi.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.storage.StorageUrl.Host;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageUrlTest {
    @Test
    void itsPartsAreReadAndDecoded() {
        StorageUrl url =
                StorageUrl.parse("postgresql://app:s%40cret@db.example.org:5433/copi%20lot?sslmode=verify-full&empty");

        assertThat(url.scheme()).isEqualTo("postgresql");
        assertThat(url.user()).hasValue("app");
        assertThat(url.password()).hasValue("s@cret");
        assertThat(url.hosts()).containsExactly(new Host("db.example.org", OptionalInt.of(5433)));
        assertThat(url.path()).isEqualTo("/copi lot");
        assertThat(url.parameters()).isEqualTo(Map.of("sslmode", "verify-full", "empty", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "postgres://u:p@ss@h/db, p@ss",
        "postgres://u:a:b@c:d@h/db, a:b@c:d",
        "postgres://u:100%@h/db, 100%",
        "postgres://u:%zz%2@h/db, %zz%2",
        "postgres://u:$w0rd}{\\@h/db, $w0rd}{\\",
        "postgres://u:p%2Fw%3F%23@h/db, p/w?#",
        "redis://:only@h, only",
    })
    void aPasswordMayHoldWhatPeopleWriteInOne(String text, String password) {
        assertThat(StorageUrl.parse(text).password()).hasValue(password);
        assertThat(StorageUrl.parse(text).hosts()).extracting(Host::name).containsExactly("h");
    }

    @ParameterizedTest
    @CsvSource({
        "memory:local, memory, local",
        "sqlite:data/copilot.db, sqlite, data/copilot.db",
        "SQLite:C:\\data\\c.db, sqlite, C:\\data\\c.db",
        "jdbc:sqlite:/var/c.db, sqlite, /var/c.db",
        "sqlite:///var/c.db, sqlite, /var/c.db",
        "JDBC:postgresql://h/db, postgresql, /db",
        "dynamodb://eu-west-1/table, dynamodb, /table",
    })
    void theFormsInUseAreRead(String text, String scheme, String path) {
        assertThat(StorageUrl.parse(text).scheme()).isEqualTo(scheme);
        assertThat(StorageUrl.parse(text).path()).isEqualTo(path);
    }

    @Test
    void severalServersAndAddressesAreRead() {
        assertThat(StorageUrl.parse("redis://a:1,b,[::1]:3/0").hosts())
                .isEqualTo(List.of(
                        new Host("a", OptionalInt.of(1)),
                        new Host("b", OptionalInt.empty()),
                        new Host("::1", OptionalInt.of(3))));
        assertThat(StorageUrl.parse("redis://a:1,b,[::1]:3/0")).hasToString("redis://a:1,b,[::1]:3/0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "copilot.db", "/var/c.db", "://h", "1x://h", "jdbc:"})
    void aUrlWithoutASchemeIsRefused(String text) {
        assertThatThrownBy(() -> StorageUrl.parse(text))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("scheme");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgres://u:hush/hush@h/db",
                "postgres://u:hush?hush@h/db",
                "postgres://u:hush#hush@h/db",
                "postgres://u:/hush@h/db",
                "postgres://u:?hush@h/db",
                "postgres://u:#hush@h/db",
                "postgres://u:12/34hush@h/db",
                "postgres://u:12?34hush@h/db",
                "postgres://u:12?a=hush@h/db",
                "postgres://u:12#34hush@h/db",
                "postgres://u@corp:12/hush@h/db",
                "redis://:/hush@h",
                "redis:///hush@h",
                "redis://#hush@h",
                "postgres://h/db#hush",
                "postgres://hush:/db",
                "postgres://u:hush@h:99999/db",
                "postgres://u:hush@:5432/db",
                "postgres://u:hush@h,,i/db",
                "postgres://u:hush@[::1/db",
                "postgres://u:hush@h/db?a=hush&a=hush"
            })
    void whatCannotBeReadIsRefusedAndNotShown(String text) {
        assertThatThrownBy(() -> StorageUrl.parse(text))
                .isInstanceOf(InvalidRequestException.class)
                .message()
                .doesNotContain("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "postgres:u:hush@h/db, postgres:***@h/db",
        "postgres:u:?hush@h/db, postgres:***@h/db=***",
        "postgres:/u:hush@h/db, postgres:***@h/db",
    })
    void aPasswordBehindForgottenSlashesIsNotShown(String text, String shown) {
        assertThat(StorageUrl.parse(text)).hasToString(shown);
    }

    @Test
    void theNameOfAFileMayHoldWhatAPasswordMayNot() {
        StorageUrl file = StorageUrl.parse("sqlite:/home/me@work/#1/c.db");

        assertThat(file.path()).isEqualTo("/home/me@work/#1/c.db");
        assertThat(StorageUrl.parse("sqlite:///home/me%40work/%231/c.db").path())
                .isEqualTo("/home/me@work/#1/c.db");
    }

    @Test
    void itsTextShowsNoSecret() {
        StorageUrl url = StorageUrl.parse("postgres://admin:hush@h:1/db?password=hush&sslmode=require");

        assertThat(url).hasToString("postgres://***@h:1/db?password=***&sslmode=***");
    }
}
