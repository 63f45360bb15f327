package org.copilotframework.security.aws;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;

/**
 * The settings {@code copilot.secrets.aws.*}.
 *
 * @param region where the secrets are
 * @param endpoint a server that is not the region's own
 * @param prefix what the names of all secrets begin with there
 * @param timeout how long it may take to read one
 */
@Doc("How secrets are read from AWS Secrets Manager.")
record AwsSecretSettings(
        @Doc(
                "The region of the secrets, such as eu-central-1. Else what the AWS SDK finds: AWS_REGION, the profile, the"
                        + " machine; with an endpoint us-east-1.")
        Optional<String> region,

        @Doc("The URL of a server that is not the region's own, such as that of a VPC.")
        Optional<URI> endpoint,

        @Doc(
                "What the names of all secrets begin with in Secrets Manager, such as copilot/prod/. Settings leave it out.")
        Optional<String> prefix,

        @Doc(
                "How long it may take to read a secret, with everything that is sent again. After that it fails as unavailable.")
        @Default("5s")
        Duration timeout) {
    private static final String ALL = "copilot.secrets.aws.";

    AwsSecretSettings {
        new Reach("", ALL, region, endpoint, timeout);
        Reach.demand(
                prefix.map(text -> text.matches("[A-Za-z0-9/_+=.@-]{1,256}")).orElse(true),
                ALL,
                "prefix",
                "must have 1 to 256 of the characters that names of secrets have: a-z A-Z 0-9 / _ + = . @ -");
    }

    Reach reach() {
        return new Reach("AWS Secrets Manager", ALL, region, endpoint, timeout);
    }
}
