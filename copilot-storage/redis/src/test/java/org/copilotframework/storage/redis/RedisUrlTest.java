package org.copilotframework.storage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.storage.Storage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrlTest {
    private static RedisProcess server;

    @BeforeAll
    static void start() {
        server = RedisProcess.start("--requirepass p@ss:word", "--user jane on >s3cret ~* &* +@all");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://:p@ss:word@", "redis://default:p%40ss%3Aword@", "redis://jane:s3cret@"})
    void userAndPasswordComeFromTheUrl(String beginning) {
        try (Storage store = open(beginning + "127.0.0.1:" + server.port() + "/3")) {
            store.migrate();
            store.check();
        }
    }

    @Test
    void theDatabaseComesFromTheUrl() {
        String url = "redis://:p@ss:word@127.0.0.1:" + server.port();
        try (Storage five = open(url + "/5");
                Storage six = open(url + "/6")) {
            five.migrate();
            six.migrate();
            five.commit(Sample.turn(1));
            assertThat(six.sessions().head(Sample.TENANT, Sample.SESSION)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://",
                "redis://:wr0ng-secret@",
                "redis://jane:wr0ng-secret@",
                "redis://nobody:wr0ng-secret@"
            })
    void aWrongPasswordIsToldByTheSettingAndNeverShown(String beginning) {
        InvalidRequestException refused = catchThrowableOfType(
                InvalidRequestException.class, () -> open(beginning + "127.0.0.1:" + server.port()));

        assertThat(refused).hasMessageContaining("copilot.storage.url (in the environment DATABASE_URL)");
        assertThat(stackOf(refused)).doesNotContain("wr0ng-secret", "p@ss");
    }

    @Test
    void aServerThatIsNotThereIsUnavailable() {
        UnavailableException refused = catchThrowableOfType(
                UnavailableException.class, () -> open("redis://:wr0ng-secret@127.0.0.1:" + RedisProcess.freePort()));

        assertThat(refused).hasMessageContaining("copilot.storage.url (in the environment DATABASE_URL)");
        assertThat(refused.retryAfter()).isPresent();
        assertThat(stackOf(refused)).doesNotContain("wr0ng-secret");
    }

    @Test
    void aDatabaseThatIsNotThereIsToldByTheSetting() {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> open("redis://:p@ss:word@127.0.0.1:" + server.port() + "/99"))
                .withMessageContaining("copilot.storage.url");
    }

    @ParameterizedTest
    @CsvSource({
        "redis:,names no host",
        "redis:///0,names no host",
        "redis://127.0.0.1/zero,number of a database",
        "redis://127.0.0.1/0/1,number of a database",
        "redis://127.0.0.1?timeout=1,no parameters",
        "'redis://127.0.0.1,127.0.0.2/1',database 0 only"
    })
    void aUrlOfAnotherFormIsRefusedWithTheFix(String url, String words) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> open(url))
                .withMessageContaining("copilot.storage.url")
                .withMessageContaining(words);
    }

    @ParameterizedTest
    @CsvSource({"shards,0", "shards,1025", "prefix,Copilot", "prefix,{a}", "timeout,0s", "connect-timeout,2h"})
    void aSettingOfAnotherFormIsRefusedByItsName(String name, String value) {
        assertThatExceptionOfType(CopilotException.class)
                .isThrownBy(() -> RedisUnderTest.at(server.url())
                        .with(Map.of(name, value))
                        .open())
                .withMessageContaining("copilot.storage.redis." + name);
    }

    private static Storage open(String url) {
        return RedisUnderTest.at(url).open();
    }

    private static String stackOf(Throwable thrown) {
        java.io.StringWriter text = new java.io.StringWriter();
        thrown.printStackTrace(new java.io.PrintWriter(text));
        return text.toString();
    }
}
