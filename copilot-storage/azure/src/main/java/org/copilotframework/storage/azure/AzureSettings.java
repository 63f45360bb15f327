package org.copilotframework.storage.azure;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.storage.objects.ObjectNames;

/**
 * The settings {@code copilot.blobs.azure.*}.
 *
 * @param connectionString account, address and credentials in one
 * @param account the storage account
 * @param accountKey one of its two keys
 * @param endpoint another address than the account's public one
 * @param prefix what the names of all blobs begin with
 * @param chunkMib how much of a file is held in memory and sent at a time
 * @param connectTimeout how long connecting may take
 * @param timeout how long a request may wait for its answer
 * @param tries how often a request is sent at most
 */
@Doc("How files in a container of Azure Blob Storage are reached.")
record AzureSettings(
        @Doc("Account, address and credentials in one, as the portal shows it under access keys. A secret.")
        Optional<String> connectionString,

        @Doc(
                "The storage account. Without a key the credentials of Microsoft Entra are looked for as every client does.")
        Optional<String> account,

        @Doc("One of the account's two keys. A secret.") Optional<String> accountKey,

        @Doc("The service's address, if it is not https://<account>.blob.core.windows.net.")
        Optional<URI> endpoint,

        @Doc("What the names of all blobs begin with, such as copilot; two stores in one container need two.")
        Optional<String> prefix,

        @Doc("How many MiB of a file are sent at a time; a write holds up to twice as much in memory.") @Default("8")
        int chunkMib,

        @Doc("How long connecting may take.") @Default("5s") Duration connectTimeout,

        @Doc("How long a request may wait for its answer, or for more of it.") @Default("20s")
        Duration timeout,

        @Doc("How often a request is sent at most if the service is away or asks for patience.") @Default("4")
        int tries) {

    AzureSettings {
        ObjectNames.demandPrefix("copilot.blobs.azure.prefix", prefix);
        demand(chunkMib >= 1 && chunkMib <= 64, "chunk-mib: must be from 1 to 64, not " + chunkMib);
        demand(isSensible(connectTimeout), "connect-timeout: must be from 100ms to 10m, not " + connectTimeout);
        demand(isSensible(timeout), "timeout: must be from 100ms to 10m, not " + timeout);
        demand(tries >= 1 && tries <= 20, "tries: must be from 1 to 20, not " + tries);
        demand(
                connectionString.isEmpty() || (account.isEmpty() && accountKey.isEmpty() && endpoint.isEmpty()),
                "connection-string: says everything, so set no account, account-key or endpoint beside it");
        demand(
                connectionString.isPresent() || account.isPresent(),
                "account: must name the storage account, or connection-string say how it is reached");
        demand(
                account.isEmpty() || account.get().matches("[a-z0-9]{3,24}"),
                "account: must be 3 to 24 lower-case letters and digits");
        demand(
                endpoint.isEmpty() || isServer(endpoint.get()),
                "endpoint: must be such as https://files.blob.core.windows.net, without query");
        demand(
                endpoint.isEmpty()
                        || accountKey.isPresent()
                        || "https".equals(endpoint.get().getScheme()),
                "endpoint: must begin with https:// unless there is an account-key: tokens are sent in no clear text");
    }

    private static boolean isSensible(Duration time) {
        return time.toMillis() >= 100 && time.toMinutes() <= 10;
    }

    private static boolean isServer(URI uri) {
        return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
                && uri.getHost() != null
                && uri.getUserInfo() == null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null;
    }

    private static void demand(boolean holds, String otherwise) {
        if (!holds) {
            throw new InvalidRequestException("copilot.blobs.azure." + otherwise);
        }
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "AzureSettings[account=" + account + ", endpoint=" + endpoint + ", prefix=" + prefix + "]";
    }
}
