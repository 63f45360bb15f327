package org.copilotframework.security.apikey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.QuotaExceededException;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.authentication.Credential;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.Identity;
import org.copilotframework.api.spi.authentication.IssuedCredential;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.ValueChange;
import org.junit.jupiter.api.Test;

/** Keys that are made, rotated and revoked, on one node and on another. */
class StoredKeysTest {
    private static final Duration REMEMBERED = Duration.ofSeconds(10);

    private final Node node = Node.first();
    private final Node other = node.another();

    private static void refuses(Node node, String key) {
        assertThatThrownBy(() -> node.let(key))
                .isInstanceOf(UnauthenticatedException.class)
                .hasMessageNotContaining(key);
    }

    @Test
    void aKeyLetsInAsItWasOrdered() {
        CredentialOrder order = new CredentialOrder(
                "billing",
                Node.ACME,
                Set.of("agents:invoke:bill-*", "role:reader"),
                node.now().plusSeconds(60),
                null);
        IssuedCredential issued = node.admin().create(order);
        Identity identity = other.let(issued.secret());
        assertThat(identity.principal().subject()).isEqualTo("billing");
        assertThat(identity.principal().scopes()).isEqualTo(order.scopes());
        assertThat(identity.tenant()).isEqualTo(Node.ACME);
        assertThat(identity.tenants()).isEmpty();
        assertThat(identity.credential())
                .isEqualTo("apikey:" + issued.credential().id());
        assertThat(identity.expires()).isEqualTo(order.expires());
    }

    @Test
    void keysAreOfAFormThatIsKnownAtSightAndNoTwoAreAlike() {
        List<String> keys = List.of(
                node.admin().create(Node.ORDER).secret(),
                node.admin().create(Node.ORDER).secret());
        assertThat(keys).doesNotHaveDuplicates().allMatch(key -> key.matches("ck_[a-z2-7]{12}_[0-9A-Za-z]{49}"));
    }

    @Test
    void whatIsStoredAndWhatIsListedShowsNoSecret() {
        IssuedCredential issued = node.admin().create(Node.ORDER);
        String secret = issued.secret().substring("ck_".length() + 13);
        assertThat(node.stored()).contains(issued.credential().id()).doesNotContain(secret);
        assertThat(issued).asString().doesNotContain(secret);
        assertThat(node.admin().list(null, null, 10)).asString().doesNotContain(secret);
    }

    @Test
    void aKeyThatWasTypedWronglyIsNotLookedUp() {
        String key = node.admin().create(Node.ORDER).secret();
        char last = key.charAt(key.length() - 1);
        int before = node.values().reads().get();
        refuses(node, key.substring(0, key.length() - 1) + (last == 'a' ? 'b' : 'a'));
        refuses(node, key.substring(1));
        refuses(node, key + "a");
        assertThat(node.values().reads()).hasValue(before);
    }

    @Test
    void aKeyThatIsNotThereAndAWrongSecretAreAnsweredAlikeAndLookedUpAlike() {
        IssuedCredential issued = node.admin().create(Node.ORDER);
        String id = issued.credential().id();
        String wrong = KeyText.make(id, new SecureRandom()).text();
        String nobody = KeyText.make(new SecureRandom()).text();
        int before = other.values().reads().get();
        assertThatThrownBy(() -> other.let(wrong))
                .isInstanceOf(UnauthenticatedException.class)
                .hasMessageEndingWith(": there is none, or its secret is another");
        assertThat(other.values().reads()).hasValue(before + 1);
        assertThatThrownBy(() -> other.let(nobody))
                .isInstanceOf(UnauthenticatedException.class)
                .hasMessageEndingWith(": there is none, or its secret is another");
        assertThat(other.values().reads()).hasValue(before + 2);
        for (int i = 0; i < 100; i++) {
            refuses(other, wrong);
            refuses(other, nobody);
        }
        // Each is read once more, since another node may have changed it, and then no more for a second.
        assertThat(other.values().reads()).hasValue(before + 4);
    }

    @Test
    void aKeyIsReadOnceAsLongAsItIsRemembered() {
        String key = node.admin().create(Node.ORDER).secret();
        int before = other.values().reads().get();
        for (int i = 0; i < 100; i++) {
            other.let(key);
        }
        assertThat(other.values().reads()).hasValue(before + 1);
        other.pass(REMEMBERED);
        other.let(key);
        assertThat(other.values().reads()).hasValue(before + 2);
    }

    @Test
    void aKeyThatIsRevokedEndsHereAtOnceAndElsewhereOnceItIsNoLongerRemembered() {
        IssuedCredential issued = node.admin().create(Node.ORDER);
        node.let(issued.secret());
        other.let(issued.secret());
        assertThat(node.admin().revoke(issued.credential().id())).isTrue();
        assertThat(node.admin().revoke(issued.credential().id())).isFalse();
        refuses(node, issued.secret());
        other.pass(REMEMBERED);
        refuses(other, issued.secret());
        assertThat(node.admin().find(issued.credential().id())).isEmpty();
    }

    @Test
    void aKeyEndsWhenItWasSaidToAndIsListedStill() {
        CredentialOrder order =
                new CredentialOrder("bob", Node.ACME, Set.of(), node.now().plusSeconds(5), null);
        IssuedCredential issued = node.admin().create(order);
        node.let(issued.secret());
        node.pass(Duration.ofSeconds(5));
        refuses(node, issued.secret());
        assertThat(node.admin().list(null, null, 10)).containsExactly(issued.credential());
    }

    @Test
    void bothSecretsAreGoodWhileARotationOverlaps() {
        IssuedCredential first = node.admin().create(Node.ORDER);
        other.let(first.secret());
        node.pass(Duration.ofMinutes(1));
        IssuedCredential second = node.admin().rotate(first.credential().id(), Duration.ofHours(1));
        assertThat(second.credential().id()).isEqualTo(first.credential().id());
        assertThat(second.credential().created()).isEqualTo(first.credential().created());
        assertThat(second.credential().rotated()).isEqualTo(node.now());
        assertThat(node.let(first.secret()).expires()).isEqualTo(node.now().plus(Duration.ofHours(1)));
        assertThat(node.let(second.secret()).expires()).isNull();
        node.pass(Duration.ofHours(1));
        refuses(node, first.secret());
        node.let(second.secret());
    }

    @Test
    void theNewSecretIsGoodAtOnceOnANodeThatRemembersTheOldOne() {
        IssuedCredential first = node.admin().create(Node.ORDER);
        other.let(first.secret());
        IssuedCredential second = node.admin().rotate(first.credential().id(), Duration.ZERO);
        other.let(second.secret());
        refuses(other, first.secret());
        refuses(node, first.secret());
    }

    @Test
    void anOverlapThatWasPromisedIsNotCutShortByTheNextRotation() {
        IssuedCredential first = node.admin().create(Node.ORDER);
        String id = first.credential().id();
        IssuedCredential second = node.admin().rotate(id, Duration.ofHours(1));
        assertThatThrownBy(() -> node.admin().rotate(id, Duration.ofHours(1)))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("is good until");
        node.let(first.secret());
        node.let(second.secret());
        node.pass(Duration.ofHours(1));
        IssuedCredential third = node.admin().rotate(id, Duration.ofHours(1));
        IssuedCredential fourth = node.admin().rotate(id, Duration.ZERO);
        for (IssuedCredential over : List.of(first, second, third)) {
            refuses(node, over.secret());
        }
        node.let(fourth.secret());
    }

    @Test
    void aKeyThatHasEndedIsNotRotated() {
        CredentialOrder order =
                new CredentialOrder("bob", Node.ACME, Set.of(), node.now().plusSeconds(5), null);
        String id = node.admin().create(order).credential().id();
        node.pass(Duration.ofSeconds(5));
        assertThatThrownBy(() -> node.admin().rotate(id, Duration.ZERO))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("has ended");
    }

    @Test
    void allKeysOfATenantEndTogether() {
        String acme = node.admin().create(Node.ORDER).secret();
        String globex = node.admin()
                .create(new CredentialOrder("eve", new TenantId("globex"), Set.of(), null, null))
                .secret();
        assertThat(node.admin().revokeAll(Node.ACME)).isEqualTo(1);
        refuses(node, acme);
        node.let(globex);
    }

    @Test
    void keysAreListedByPagesAndByTenant() {
        for (int i = 0; i < 5; i++) {
            node.admin().create(Node.ORDER);
            node.admin().create(new CredentialOrder("eve", new TenantId("other"), Set.of(), null, 60));
        }
        List<Credential> all = node.admin().list(null, null, 100);
        assertThat(all).hasSize(10).isSortedAccordingTo(Comparator.comparing(Credential::id));
        List<Credential> acme = node.admin().list(Node.ACME, null, 3);
        assertThat(acme).hasSize(3).allMatch(one -> one.order().equals(Node.ORDER));
        assertThat(node.admin().list(Node.ACME, acme.get(2).id(), 3)).hasSize(2).doesNotContainAnyElementsOf(acme);
        assertThatThrownBy(() -> node.admin().list(null, null, 0)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> node.admin().list(null, null, 1_001)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aListOfATenantReadsNoOthers() {
        CredentialOrder others = new CredentialOrder("eve", new TenantId("acme-2"), Set.of(), null, null);
        List<Credential> own = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            if (i % 100 == 0) {
                own.add(node.admin().create(Node.ORDER).credential());
            }
            node.admin().create(others);
        }
        int before = other.values().reads().get() + other.values().listed().get();
        assertThat(other.admin().list(Node.ACME, null, 100)).containsExactlyInAnyOrderElementsOf(own);
        assertThat(other.values().reads().get() + other.values().listed().get() - before)
                .isLessThan(10);
        node.admin().revoke(own.get(0).id());
        assertThat(other.admin().list(Node.ACME, null, 100)).hasSize(2);
        assertThat(node.stored()).doesNotContain("apikey/of/acme/" + own.get(0).id());
        assertThat(node.admin().revokeAll(Node.ACME)).isEqualTo(2);
        assertThat(node.stored()).doesNotContain("apikey/of/acme/");
    }

    @Test
    void allKeysOfATenantEndWhateverItsListSays() {
        String key = node.admin().create(Node.ORDER).secret();
        String id = KeyText.parse(key).orElseThrow().id();
        String place = "apikey/of/acme/" + id;
        long version = node.values().get(Node.HOST, place).orElseThrow().version();
        node.values().compareAndSet(Node.HOST, ValueChange.delete(place, version));
        assertThat(node.admin().list(Node.ACME, null, 10)).isEmpty();
        assertThat(node.admin().revokeAll(Node.ACME)).isEqualTo(1);
        refuses(node, key);
    }

    @Test
    void idsThatNobodyHasAreLookedForSoOftenInASecondAndKnownKeysAreLetInMeanwhile() {
        String known = node.admin().create(Node.ORDER).secret();
        node.let(known);
        node.pass(REMEMBERED);
        int before = node.values().reads().get();
        int late = 0;
        for (int i = 0; i < 500; i++) {
            String invented = KeyText.make(new SecureRandom()).text();
            try {
                node.let(invented);
            } catch (UnauthenticatedException looked) {
                assertThat(looked).hasMessageContaining("there is none");
            } catch (UnavailableException much) {
                late++;
            }
        }
        assertThat(late).isEqualTo(300);
        assertThat(node.values().reads().get() - before).isEqualTo(200);
        node.let(known);
        String unknown = node.admin().create(Node.ORDER).secret();
        assertThatThrownBy(() -> node.let(unknown)).isInstanceOf(UnavailableException.class);
        node.pass(Duration.ofSeconds(1));
        node.let(unknown);
    }

    @Test
    void whoStaysUsesNothingUpOfHisLimit() {
        String key = node.admin()
                .create(new CredentialOrder("alice", Node.ACME, Set.of(), null, 1))
                .secret();
        node.let(key);
        Credentials sent = new Credentials(Map.of("x-api-key", List.of(key)), List.of(), "192.0.2.1");
        int before = node.values().additions().get() + node.values().changes().get();
        for (int i = 0; i < 5; i++) {
            assertThat(node.authenticator().recogniseAgain(sent)).isPresent();
        }
        assertThat(node.values().additions().get() + node.values().changes().get())
                .isEqualTo(before);
        assertThatThrownBy(() -> node.let(key)).isInstanceOf(QuotaExceededException.class);
        node.admin().revoke(KeyText.parse(key).orElseThrow().id());
        assertThatThrownBy(() -> node.authenticator().recogniseAgain(sent))
                .isInstanceOf(UnauthenticatedException.class);
    }

    @Test
    void ordersThatCannotBeMeantAreRefused() {
        CredentialOrder host = new CredentialOrder("eve", Node.HOST, Set.of(), null, null);
        CredentialOrder over = new CredentialOrder("eve", Node.ACME, Set.of(), node.now(), null);
        CredentialOrder never = new CredentialOrder("eve", Node.ACME, Set.of(), null, 0);
        CredentialOrder blank = new CredentialOrder("eve", Node.ACME, Set.of("a b"), null, null);
        CredentialOrder line = new CredentialOrder("eve\ntenant=other", Node.ACME, Set.of(), null, null);
        for (CredentialOrder wrong : List.of(host, over, never, blank, line)) {
            assertThatThrownBy(() -> node.admin().create(wrong)).isInstanceOf(InvalidRequestException.class);
        }
        String id = node.admin().create(Node.ORDER).credential().id();
        assertThatThrownBy(() -> node.admin().rotate(id, Duration.ofSeconds(-1)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> node.admin().rotate(id, Duration.ofDays(10_000_000)))
                .isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void anIdThatNoneHasIsNotThere() {
        for (String id : List.of("aaaaaaaaaaaa", "", "../../x", "\n", "a".repeat(1_000_000))) {
            assertThat(node.admin().find(id)).isEmpty();
            assertThat(node.admin().revoke(id)).isFalse();
            assertThatThrownBy(() -> node.admin().rotate(id, Duration.ZERO)).isInstanceOf(NotFoundException.class);
        }
    }

    @Test
    void aDamagedKeyLetsNobodyInAndIsToldAndCanBeRevoked() {
        IssuedCredential issued = node.admin().create(Node.ORDER);
        String key = "apikey/key/" + issued.credential().id();
        long version = node.values().get(Node.HOST, key).orElseThrow().version();
        for (String damage : List.of("", "form=2\n", "form=1\nsubject=a", "form=1\nhash=sha256:00")) {
            version = node.values()
                    .compareAndSet(
                            Node.HOST, ValueChange.update(key, version, Payload.of(damage.getBytes(UTF_8)), null))
                    .orElseThrow();
            node.pass(REMEMBERED);
            refuses(node, issued.secret());
        }
        assertThat(node.authenticator().troubles())
                .singleElement()
                .asString()
                .contains(issued.credential().id());
        assertThat(node.admin().list(null, null, 10)).isEmpty();
        assertThat(node.admin().revoke(issued.credential().id())).isTrue();
        assertThat(node.authenticator().troubles()).isEmpty();
    }
}
