package org.copilotframework.storage.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.blob.Blobs;
import org.junit.jupiter.api.Test;

/** Who can sign URLs; that they work is {@link SignedUrlTest}'s. */
class SigningTest {
    private static final TenantId ACME = new TenantId("acme");

    @Test
    void whoHasAKeySignsForReadingOneFile() throws IOException {
        try (AzureFake fake = new AzureFake();
                Blobs blobs = AzureUnderTest.with(Optional.of(fake.endpoint()), Azurite.KEY)
                        .open()) {
            URI url = blobs.presign(ACME, "a b", Duration.ofMinutes(1)).orElseThrow();
            assertThat(url.getPath()).endsWith("/copilot/tenant=acme/a b");
            assertThat(url.getRawQuery()).contains("sp=r&", "sr=b", "sig=").doesNotContain("sp=rw");
        }
    }

    @Test
    void aConnectionStringWithAKeySignsAndOneWithASignatureDoesNot() {
        String address = "BlobEndpoint=http://127.0.0.1:1/" + Azurite.ACCOUNT;
        try (Blobs key = AzureUnderTest.connected(
                        address + ";AccountName=" + Azurite.ACCOUNT + ";AccountKey=" + Azurite.KEY)
                .open()) {
            assertThat(key.presign(ACME, "a", Duration.ofMinutes(1))).isPresent();
        }
        try (Blobs lent = AzureUnderTest.connected(address + ";SharedAccessSignature=sv=2021&sig=canary")
                .open()) {
            assertThat(lent.presign(ACME, "a", Duration.ofMinutes(1))).isEmpty();
        }
    }
}
