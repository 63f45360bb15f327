package org.copilotframework.storage.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ObjectNamesTest {
    private static final TenantId ACME = new TenantId("acme");

    private final ObjectNames names = names("copilot");

    private static ObjectNames names(String prefix) {
        return new ObjectNames(Optional.of(prefix), 20, Spelling.PLAIN);
    }

    @Test
    void aNameIsFoundByEye() {
        assertThat(names.of(ACME, "docs/a.txt")).isEqualTo("copilot/tenant=acme/docs/a.txt");
        assertThat(new ObjectNames(Optional.empty(), 20, Spelling.PLAIN).of(ACME, "a"))
                .isEqualTo("tenant=acme/a");
        assertThat(names("a/b/").anything()).isEqualTo("a/b/");
    }

    @Test
    void aNameThatThereIsNoRoomForIsKnownByItsObjectAndTheRest() {
        String name = "a-long/name/of-a-file/with/an.end";
        String object = names.of(ACME, name);
        assertThat(object).startsWith("copilot/tenant=acme/a-long/name/of-a-fil");
        assertThat(names.name(ACME, object, names.rest(name))).isEqualTo(name);
        assertThat(names.name(ACME, object, null)).isNull();
        assertThat(names.name(ACME, object, "%%%")).isNull();
        assertThat(names.name(ACME, object, "AAAA")).isNull();
        assertThat(names.rest("short")).isNull();
        assertThat(names.name(ACME, "copilot/tenant=acme/a//b", null)).isNull();
    }

    @Test
    void theLongestOfAllHasRoomInAThousandBytes() {
        ObjectNames longest = new ObjectNames(Optional.of("p".repeat(64)), 770, Spelling.PLAIN);
        String object = longest.of(new TenantId("t".repeat(128)), "n".repeat(1024));
        assertThat(object.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(1024);
    }

    /** Whatever the tenants and the files of another store are called. */
    @Test
    void aStoreWhosePrefixBeginsAnothersNeverMeetsIt() {
        ObjectNames outer = names("a");
        for (String inner : new String[] {"a/b", "a/b/c", "a/tenant", "a/tenant-b"}) {
            String folder = names(inner).folder(ACME);
            for (String tenant : new String[] {"b", "b.c", "acme", "tenant", "c"}) {
                String outers = outer.folder(new TenantId(tenant));
                assertThat(folder.startsWith(outers) || outers.startsWith(folder))
                        .as("%s and %s", outers, folder)
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/a", "a//b", ".a", "a.", "a/./b", "a/../b", "tenant=b", "a b", "ü", "~"})
    void aPrefixThatWouldNotStayAsItIsIsRefused(String prefix) {
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> ObjectNames.demandPrefix("a.setting", Optional.of(prefix)))
                .withMessageStartingWith("a.setting: ");
        assertThatExceptionOfType(InvalidRequestException.class)
                .isThrownBy(() -> ObjectNames.demandPrefix("a.setting", Optional.of("p".repeat(65))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "a/", "a/b", "v1.2/x_y-z", "-", "_/-/9"})
    void aPrefixIsAPath(String prefix) {
        assertThatNoException().isThrownBy(() -> ObjectNames.demandPrefix("a.setting", Optional.of(prefix)));
        assertThatNoException().isThrownBy(() -> ObjectNames.demandPrefix("a.setting", Optional.empty()));
    }

    @Test
    void whatLiesBesideAFileIsBehindAllFilesAndTheTenantsOwn() {
        String beside = names.beside(ACME, "a");
        assertThat(beside).startsWith(names.folder(ACME)).isGreaterThan(names.of(ACME, "~".repeat(1024)));
        assertThat(names.isBeside(ACME, beside)).isTrue();
        assertThat(names.isBeside(ACME, names.of(ACME, "a".repeat(30)))).isFalse();
        assertThat(names.beside(ACME, "b")).isNotEqualTo(beside);
    }
}
