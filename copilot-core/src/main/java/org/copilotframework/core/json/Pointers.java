package org.copilotframework.core.json;

import org.copilotframework.api.error.InvalidRequestException;

/** Places within a larger tree, as JSON pointers (RFC 6901). */
final class Pointers {
    private Pointers() {}

    /** The same error, of a tree that stands within another one. */
    static InvalidRequestException within(String at, InvalidRequestException wrong) {
        String inner = wrong.pointer().orElse(null);
        if (inner == null) {
            return InvalidRequestException.at(at, wrong.getMessage());
        }
        String prefix = (inner.isEmpty() ? "/" : inner) + ": ";
        return InvalidRequestException.at(at + inner, wrong.getMessage().substring(prefix.length()));
    }

    static String token(Object key) {
        return key.toString().replace("~", "~0").replace("/", "~1");
    }
}
