package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.OTHER;
import static org.copilotframework.security.encryption.Stored.turns;

import java.time.Duration;
import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.junit.jupiter.api.Test;

/** What health says of keys that cannot be had, whose matter that is, and until when. */
class KeyTroubleTest extends KeyTheme {
    /** A service that answers one tenant is not down, though nobody has asked for the other's key since. */
    @Test
    void aServiceThatAnswersAnybodyIsNoTroubleAnyMore() {
        write(ACME, 1, "x");
        write(OTHER, 1, "x");
        ring.pass(Duration.ofMinutes(40));
        ring.wrapperDown = true;
        turns(storage);
        trouble().contains("the wrapper is down");
        ring.wrapperDown = false;
        write(OTHER, 2, "y");
        assertThat(encryption.troubles()).isEmpty();

        ring.pass(Duration.ofMinutes(2));
        ring.placeDown = true;
        turns(storage);
        trouble().contains("the place is down");
        ring.placeDown = false;
        write(OTHER, 3, "z");
        assertThat(encryption.troubles()).isEmpty();
    }

    /** What is wrong with one tenant's key is not mended by another tenant's being well. */
    @Test
    void aTroubleWithATenantsOwnKeyStaysUntilItIsHad() {
        write(ACME, 1, "x");
        KeyPlace.Kept whole = ring.read(ACME).orElseThrow();
        ring.write(ACME, new byte[] {1}, whole.version());
        ring.pass(Duration.ofMinutes(40));
        assertThat(turns(storage)).as("with the key in memory").hasSize(1);
        write(OTHER, 1, "y");
        trouble().contains("'acme'");

        ring.write(ACME, whole.content(), ring.read(ACME).orElseThrow().version());
        ring.pass(Keyring.SETTINGS.keyCheck());
        turns(storage);
        assertThat(encryption.troubles()).isEmpty();
    }

    /** What its own key is wrapped by may be gone for good, or for now. */
    @Test
    void aKeyThatCannotBeUnwrappedIsItsTenantsTroubleUntilItIsHad() {
        write(ACME, 1, "x");
        long version = 0;
        for (CopilotException why : List.of(
                new ConflictException("its KMS key is deleted"),
                new UnavailableException(
                        "its KMS key is disabled", Duration.ZERO, new InvalidRequestException("it is disabled")))) {
            ring.wrapping = tenant -> {
                if (tenant.equals(ACME.value())) {
                    throw why;
                }
            };
            ring.pass(Duration.ofMinutes(40));
            assertThat(turns(storage)).as("with the key in memory").hasSize(1);
            write(OTHER, ++version, "y");
            trouble().contains("its KMS key is");

            ring.wrapping = tenant -> {};
            ring.pass(Keyring.SETTINGS.keyCheck());
            turns(storage);
            assertThat(encryption.troubles()).isEmpty();
        }
    }

    @Test
    void aKeyThatIsDestroyedIsNoTrouble() {
        write(ACME, 1, "x");
        ring.write(ACME, new byte[] {1}, ring.read(ACME).orElseThrow().version());
        ring.pass(Keyring.SETTINGS.keyCheck());
        turns(storage);
        trouble().contains("'acme'");

        encryption.destroyKey(ACME);
        assertThat(encryption.troubles()).isEmpty();
    }

    /** Those who have keys see nothing of it. */
    @Test
    void aPlaceThatTakesNoNewKeyIsTroubleUntilItDoes() {
        write(ACME, 1, "x");
        ring.readOnly = true;
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> write(OTHER, 1, "y"))
                .withMessageContaining("the place is read-only");
        ring.pass(Duration.ofMinutes(40));
        assertThat(turns(storage)).hasSize(1);
        trouble().contains("the place is read-only");

        ring.readOnly = false;
        write(new TenantId("newcomer"), 1, "z");
        assertThat(encryption.troubles()).isEmpty();
    }
}
