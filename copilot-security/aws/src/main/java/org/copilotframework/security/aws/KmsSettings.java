package org.copilotframework.security.aws;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;

/**
 * The settings {@code copilot.encryption.kms.*}.
 *
 * @param keyId by which key, or keys, is wrapped
 * @param region where the key is
 * @param endpoint a server that is not the region's own
 * @param timeout how long a call may take
 */
@Doc("How keys of tenants are wrapped by AWS KMS.")
record KmsSettings(
        @Doc(
                "The key that the keys of tenants are wrapped by: its ARN, its id, or an alias such as alias/copilot. With {tenant}"
                        + " in an alias, such as alias/copilot-{tenant}, a key for each tenant.")
        String keyId,

        @Doc(
                "The key's region, such as eu-central-1. Else that of the ARN, else what the AWS SDK finds: AWS_REGION, the"
                        + " profile, the machine; with an endpoint us-east-1.")
        Optional<String> region,

        @Doc("The URL of a server that is not the region's own, such as that of a VPC.")
        Optional<URI> endpoint,

        @Doc("How long a call may take, with everything that is sent again. After that it fails as unavailable.")
        @Default("5s")
        Duration timeout) {
    static final String ALL = "copilot.encryption.kms.";

    KmsSettings {
        Optional<String> there = KeyName.of(ALL, keyId).region();
        Reach.demand(
                region.isEmpty() || there.isEmpty() || region.equals(there),
                ALL,
                "region",
                "must be that of the key, " + there.orElse("") + ", or be left out");
        region = region.isPresent() ? region : there;
        new Reach("", ALL, region, endpoint, timeout);
    }

    KeyName key() {
        return KeyName.of(ALL, keyId);
    }

    Reach reach() {
        return new Reach("AWS KMS", ALL, region, endpoint, timeout);
    }
}
