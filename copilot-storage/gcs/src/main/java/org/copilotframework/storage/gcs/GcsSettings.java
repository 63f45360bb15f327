package org.copilotframework.storage.gcs;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.storage.objects.ObjectNames;

/**
 * The settings {@code copilot.blobs.gcs.*}.
 *
 * @param project who pays for requests
 * @param credentialsFile whose rights are used
 * @param anonymous whether no credentials are sent
 * @param endpoint another service than Google's public one
 * @param prefix what the names of all objects begin with
 * @param chunkMib how much of a file is held in memory and sent at a time
 * @param connectTimeout how long connecting may take
 * @param timeout how long a request may wait for its answer
 * @param tries how often a request is sent at most
 */
@Doc("How files in a bucket of Google Cloud Storage are reached.")
record GcsSettings(
        @Doc("The project that pays for requests, if it is another than the bucket's (requester pays).")
        Optional<String> project,

        @Doc("A file of Google credentials (JSON). Without it they are looked for as every Google client does.")
        Optional<Path> credentialsFile,

        @Doc("Whether no credentials are sent, as to a server for tests.") @Default("false")
        boolean anonymous,

        @Doc("The service's address, if it is not https://storage.googleapis.com.")
        Optional<URI> endpoint,

        @Doc("What the names of all objects begin with, such as copilot; two stores in one bucket need two.")
        Optional<String> prefix,

        @Doc("How many MiB of a file are sent at a time; a write holds up to twice as much in memory.") @Default("8")
        int chunkMib,

        @Doc("How long connecting may take.") @Default("5s") Duration connectTimeout,

        @Doc("How long a request may wait for its answer, or for more of it.") @Default("20s")
        Duration timeout,

        @Doc("How often a request is sent at most if the service is away or asks for patience.") @Default("4")
        int tries) {

    GcsSettings {
        ObjectNames.demandPrefix("copilot.blobs.gcs.prefix", prefix);
        demand(chunkMib >= 1 && chunkMib <= 64, "chunk-mib: must be from 1 to 64, not " + chunkMib);
        demand(isSensible(connectTimeout), "connect-timeout: must be from 100ms to 10m, not " + connectTimeout);
        demand(isSensible(timeout), "timeout: must be from 100ms to 10m, not " + timeout);
        demand(tries >= 1 && tries <= 20, "tries: must be from 1 to 20, not " + tries);
        demand(
                !anonymous || credentialsFile.isEmpty(),
                "anonymous: no credentials are sent then, so do not name a credentials-file");
        demand(
                endpoint.isEmpty() || isServer(endpoint.get()),
                "endpoint: must be such as https://storage.example.org, without path and query");
    }

    private static boolean isSensible(Duration time) {
        return time.toMillis() >= 100 && time.toMinutes() <= 10;
    }

    private static boolean isServer(URI uri) {
        return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                && uri.getHost() != null
                && uri.getUserInfo() == null
                && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }

    private static void demand(boolean holds, String otherwise) {
        if (!holds) {
            throw new InvalidRequestException("copilot.blobs.gcs." + otherwise);
        }
    }
}
