package org.copilotframework.storage.redis;

import org.copilotframework.api.error.InvalidRequestException;

/** Checks how much is asked for. */
final class Limits {
    private Limits() {}

    static void check(String name, long limit, long most) {
        if (limit < 1 || limit > most) {
            throw new InvalidRequestException(name + ": must be from 1 to " + most + ", not " + limit);
        }
    }
}
