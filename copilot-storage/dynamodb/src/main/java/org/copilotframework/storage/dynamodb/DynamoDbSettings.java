package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * The settings {@code copilot.storage.dynamodb.*}.
 *
 * @param timeout how long a call may take
 * @param maxConnections how many connections at most
 * @param pointInTimeRecovery whether migrate switches it on
 * @param deletionProtection whether migrate switches it on for a table it creates
 */
@Doc("How the store in a DynamoDB table is used.")
record DynamoDbSettings(
        @Doc("How long a call may take in all, with everything that is sent again. After that it fails as unavailable.")
        @Default("5s")
        Duration timeout,

        @Doc("The most connections to DynamoDB at a time. At least as many as calls at a time.") @Default("100")
        int maxConnections,

        @Doc("Whether migrate switches on point-in-time recovery. It costs money by the size of the table.")
        @Default("true")
        boolean pointInTimeRecovery,

        @Doc("Whether a table that migrate creates is protected against deletion.") @Default("true")
        boolean deletionProtection) {
    DynamoDbSettings {
        if (timeout.toMillis() < 100 || timeout.toHours() > 1) {
            throw new InvalidRequestException(
                    "copilot.storage.dynamodb.timeout: must be from 100ms to 1h, not " + timeout);
        } else if (maxConnections < 1) {
            throw new InvalidRequestException(
                    "copilot.storage.dynamodb.max-connections: must be 1 or more, not " + maxConnections);
        }
    }
}
