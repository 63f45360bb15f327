package org.copilotframework.storage.redis;

import org.copilotframework.api.error.InvalidRequestException;

/** Checks how much is asked for. */
final class Limits {
    private Limits() {}

    static void check(String name, int limit, int most) {
        if (limit < 1 || limit > most) {
            throw new InvalidRequestException(name + ": must be from 1 to " + most + ", not " + limit);
        }
    }
}
