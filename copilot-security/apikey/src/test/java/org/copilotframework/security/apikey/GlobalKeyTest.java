package org.copilotframework.security.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.api.spi.authentication.Identity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one key of the settings, and what may stand in the header. */
class GlobalKeyTest {
    private static final String KEY = "the-key-of-the-tests-0123456789-abcdef";

    private final Node node = Node.first(Node.settings(Secret.of(KEY), null, null));

    @Test
    void itLetsInAsTheSettingsSay() {
        Identity plain = node.let(KEY);
        assertThat(plain.tenant()).isEqualTo(new TenantId("default"));
        assertThat(plain.principal().scopes()).containsExactly("*");
        assertThat(plain.tenants()).isEmpty();
        Node other = Node.first(new ApiKeySettings(
                Optional.of(Secret.of(KEY)),
                "acme",
                List.of("*"),
                List.of("agents:invoke"),
                "ci",
                Optional.empty(),
                Optional.empty(),
                false,
                Duration.ZERO));
        Identity set = other.let("  " + KEY + "\t");
        assertThat(set.tenant()).isEqualTo(Node.ACME);
        assertThat(set.principal().subject()).isEqualTo("ci");
        assertThat(set.principal().scopes()).containsExactly("agents:invoke");
        assertThat(set.mayActFor(new TenantId("other"))).isTrue();
    }

    @Test
    void withoutTheHeaderItIsNotItsBusiness() {
        assertThat(node.asked()).isEmpty();
        assertThat(node.authenticator().challenges()).containsExactly("ApiKey realm=\"copilot\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "wrong",
                KEY + "x",
                KEY + "\n",
                KEY + "\u0000",
                KEY + "\u00a0x",
                "\ud800",
                "ключ",
                "ck_",
                "ck_aaaaaaaaaaaa_",
                "ck_../../../../x_0000000000000000000000000000000000000000000000000"
            })
    void whatIsNoKeyIsRefused(String sent) {
        // Blanks around it are no part of a header's value.
        if (!sent.strip().equals(KEY)) {
            assertThatThrownBy(() -> node.let(sent)).isInstanceOf(UnauthenticatedException.class);
        }
    }

    @Test
    void twoHeadersOrOneOfAMegabyteAreRefused() {
        assertThatThrownBy(() -> node.asked(KEY, KEY)).isInstanceOf(UnauthenticatedException.class);
        assertThatThrownBy(() -> node.let("k".repeat(1_000_000)))
                .isInstanceOf(UnauthenticatedException.class)
                .satisfies(refused -> assertThat(refused.getMessage()).hasSizeLessThan(200));
    }

    @Test
    void noRefusalShowsWhatWasSent() {
        assertThatThrownBy(() -> node.let("my-other-key")).hasMessageNotContaining("my-other-key");
    }

    @Test
    void theKeyBeforeIsGoodAsLongAsItsSourceTellsIt() {
        Secret turned = new Secret() {
            @Override
            public String value() {
                return "another-" + KEY;
            }

            @Override
            public Optional<String> previous() {
                return Optional.of(KEY);
            }
        };
        Node changed = Node.first(Node.settings(turned, null, null));
        changed.let(KEY);
        changed.let("another-" + KEY);
    }

    @Test
    void withoutAKeyInTheSettingsThereIsNone() {
        Node none = Node.first();
        assertThatThrownBy(() -> none.let(KEY)).isInstanceOf(UnauthenticatedException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with blank", "naïve-key", "line\nbreak"})
    void aKeyThatNoHeaderCanCarryIsRefusedAtTheStart(String key) {
        assertThatThrownBy(() -> Node.first(Node.settings(Secret.of(key), null, null)))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("API_KEY")
                .hasMessageNotContaining(key);
    }
}
