package org.copilotframework.storage.s3;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.storage.objects.ObjectNames;

/**
 * The settings {@code copilot.blobs.s3.*}.
 *
 * @param region where the bucket lies
 * @param endpoint a server that is not the region's own
 * @param pathStyle whether the bucket's name is in the path
 * @param prefix what all keys begin with
 * @param partMib how large a part is
 * @param timeout how long a request may take
 * @param maxConnections how many connections at most
 * @param kmsKey what files are encrypted with
 */
@Doc("How the store of files in an S3 bucket is used.")
record S3Settings(
        @Doc(
                "The bucket's region, such as eu-central-1. Else what the AWS SDK finds: AWS_REGION, the profile, the machine;"
                        + " with an endpoint us-east-1.")
        Optional<String> region,

        @Doc("The URL of a server that is not the region's own: that of a VPC, or of another store that speaks S3.")
        Optional<URI> endpoint,

        @Doc(
                "Whether the bucket's name stands in the URL's path and not before its host, as many other stores want it.")
        @Default("false")
        boolean pathStyle,

        @Doc("What all keys begin with, such as copilot; for a bucket in which there are other things, too.")
        Optional<String> prefix,

        @Doc(
                "How large the parts of a large file are, in MiB. Each file that is written holds one part in memory; a file"
                        + " has at most 10,000 parts.")
        @Default("8")
        int partMib,

        @Doc("How long a request may take, with everything that is sent again. After that it fails as unavailable.")
        @Default("30s")
        Duration timeout,

        @Doc("The most connections to S3 at a time. Each file that is open for reading has one.") @Default("100")
        int maxConnections,

        @Doc("The KMS key that files are encrypted with: its id, ARN or alias. Else as the bucket's own setting says.")
        Optional<String> kmsKey) {
    private static final String ALL = "copilot.blobs.s3.";

    S3Settings {
        demand(
                region.map(name -> name.matches("[a-z0-9-]{1,40}")).orElse(true),
                "region",
                "must be such as eu-central-1");
        demand(
                endpoint.map(S3Settings::isServer).orElse(true),
                "endpoint",
                "must be such as http://host:port or https://host, without user, path and query");
        ObjectNames.demandPrefix(ALL + "prefix", prefix);
        demand(partMib >= 5 && partMib <= 1024, "part-mib", "must be from 5 to 1024, not " + partMib);
        demand(
                timeout.toMillis() >= 100 && timeout.toHours() < 1,
                "timeout",
                "must be from 100ms to less than 1h, not " + timeout);
        demand(maxConnections >= 1, "max-connections", "must be 1 or more, not " + maxConnections);
        demand(
                kmsKey.map(key -> key.matches("[\\x21-\\x7E]{1,2048}")).orElse(true),
                "kms-key",
                "must be the id, ARN or alias of a key");
    }

    private static boolean isServer(URI uri) {
        return uri.getHost() != null
                && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                && uri.getRawUserInfo() == null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null
                && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
    }

    private static void demand(boolean right, String setting, String what) {
        if (!right) {
            throw new InvalidRequestException(ALL + setting + ": " + what);
        }
    }

    int partBytes() {
        return partMib << 20;
    }
}
