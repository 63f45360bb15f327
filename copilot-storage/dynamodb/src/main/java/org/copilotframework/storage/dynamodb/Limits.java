package org.copilotframework.storage.dynamodb;

import org.copilotframework.api.error.InvalidRequestException;

/** Checks what the contract says of limits. */
final class Limits {
    private Limits() {}

    static void check(int limit, int most) {
        if (limit < 1 || limit > most) {
            throw new InvalidRequestException("limit: must be from 1 to " + most + ", not " + limit);
        }
    }
}
