package org.copilotframework.security.jwt;

/** A token is not accepted. Its message is for the log: it says why, and holds nothing that the token says. */
final class RefusedTokenException extends Exception {
    private static final long serialVersionUID = 1L;

    RefusedTokenException(String why) {
        super(why, null, false, false);
    }
}
