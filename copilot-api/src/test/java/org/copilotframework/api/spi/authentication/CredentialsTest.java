package org.copilotframework.api.spi.authentication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.junit.jupiter.api.Test;

/** What comes with a request, and what is known of credentials. */
class CredentialsTest {
    private static final TenantId ACME = new TenantId("acme");

    @Test
    void aHeaderIsFoundInAnyCaseWithoutBlanksAroundIt() {
        Credentials sent = new Credentials(Map.of("X-API-Key", List.of(" k1 ")), List.of(), "192.0.2.1");
        assertThat(sent.header("x-api-KEY")).contains("k1");
        assertThat(sent.header("authorization")).isEmpty();
        assertThat(sent.headers()).containsOnlyKeys("x-api-key");
    }

    @Test
    void aHeaderThatIsThereTwiceIsRefused() {
        Credentials sent = new Credentials(Map.of("a", List.of("1", "2")), List.of(), "");
        assertThatThrownBy(() -> sent.header("A"))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessage("header A is there 2 times; send it once");
    }

    @Test
    void aHeaderThatIsThereInTwoCasesIsThereTwice() {
        Credentials sent = new Credentials(Map.of("X-Api-Key", List.of("1"), "x-api-key", List.of("2")), List.of(), "");
        assertThat(sent.headers().get("x-api-key")).containsExactlyInAnyOrder("1", "2");
        assertThatThrownBy(() -> sent.header("X-API-KEY")).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void whatIsPrintedHoldsNoSecret() {
        assertThat(new Credentials(Map.of("x-api-key", List.of("s3cret")), List.of(), "192.0.2.1"))
                .hasToString("Credentials[1 headers, 0 certificates, from 192.0.2.1]");
        CredentialOrder order = new CredentialOrder("ann", ACME, Set.of("role:ops"), null, 60);
        Credential credential = new Credential("k7", order, Instant.EPOCH, Instant.EPOCH);
        assertThat(new IssuedCredential(credential, "s3cret")).hasToString("IssuedCredential[k7]");
    }

    @Test
    void whatWasGivenMayChangeAfterwards() {
        List<String> values = new ArrayList<>(List.of("1"));
        Set<String> scopes = new HashSet<>(Set.of("x"));
        Credentials sent = new Credentials(Map.of("a", values), List.of(), "");
        CredentialOrder order = new CredentialOrder("ann", ACME, scopes, Instant.MAX, null);
        values.add("2");
        scopes.clear();
        assertThat(sent.header("a")).contains("1");
        assertThat(order.scopes()).containsExactly("x");
    }

    @Test
    void anIdentityActsForItsTenantsOnly() {
        Principal ann = new Principal("ann", Set.of());
        TenantId globex = new TenantId("globex");
        Identity one = Identity.of(ann, ACME, "apikey:k7");
        assertThat(one.mayActFor(ACME)).isTrue();
        assertThat(one.mayActFor(globex)).isFalse();
        assertThat(one.expires()).isNull();
        Identity several = new Identity(ann, null, Set.of("globex"), "apikey:k8", null);
        assertThat(several.mayActFor(ACME)).isFalse();
        assertThat(several.mayActFor(globex)).isTrue();
        assertThat(new Identity(ann, ACME, Set.of("*"), "x", null).mayActFor(globex))
                .isTrue();
    }

    @Test
    void anAuthenticatorSaysNothingOfItselfUnlessItWants() {
        Authenticator plain = new Authenticator() {
            @Override
            public java.util.Optional<Identity> authenticate(Credentials credentials) {
                return java.util.Optional.empty();
            }

            @Override
            public void close() {}
        };
        assertThat(plain.challenges()).isEmpty();
        assertThat(plain.troubles()).isEmpty();
        assertThat(plain.admin()).isEmpty();
        plain.close();
    }
}
