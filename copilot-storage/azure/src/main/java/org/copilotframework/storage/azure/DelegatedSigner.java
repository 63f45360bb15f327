package org.copilotframework.storage.azure;

import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobServiceClient;
import com.azure.storage.blob.models.UserDelegationKey;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Signs by a key that the service lends, to who has no key of the account, for at most seven days. */
final class DelegatedSigner implements Container.Signer {
    private static final Duration LONGEST = Duration.ofDays(7);
    private static final Duration USUAL = Duration.ofHours(1);

    private final BlobServiceClient service;
    private @Nullable UserDelegationKey key;

    DelegatedSigner(BlobServiceClient service) {
        this.service = service;
    }

    @Override
    public String sign(BlobClient blob, BlobServiceSasSignatureValues values) {
        return blob.generateUserDelegationSas(values, keyFor(values.getExpiryTime()));
    }

    private synchronized UserDelegationKey keyFor(OffsetDateTime until) {
        UserDelegationKey known = key;
        if (known == null || known.getSignedExpiry().isBefore(until)) {
            OffsetDateTime now = OffsetDateTime.now(ZoneOffset.UTC);
            OffsetDateTime most = now.plus(LONGEST);
            OffsetDateTime wanted = until.plus(USUAL);
            known = service.getUserDelegationKey(null, wanted.isAfter(most) ? most : wanted);
            key = known;
        }
        return known;
    }
}
