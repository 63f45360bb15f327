package org.copilotframework.api.spi.authentication;

import java.util.List;
import java.util.Optional;

/**
 * Recognises who makes a request. Safe for use by several threads. Several may be asked one after the other, each for its own kind of
 * credentials.
 */
public interface Authenticator extends AutoCloseable {
    /**
     * Looks at what came with a request. May ask another server, but not for long: nothing but the authenticator itself bounds it.
     *
     * @param credentials what came
     * @return who it is, or empty if there is nothing of the kind that this one looks at
     * @throws org.copilotframework.api.error.UnauthenticatedException if there is, and it is not valid; the message tells the caller
     *     no more than that
     * @throws org.copilotframework.api.error.QuotaExceededException if that credential was used too often
     * @throws org.copilotframework.api.error.UnavailableException if it cannot be told now whether it is valid
     */
    Optional<Identity> authenticate(Credentials credentials);

    /**
     * Recognises somebody again who was let in before, as for a stream that is still open. That is no request: it counts against no
     * limit, and changes nothing.
     *
     * @param credentials what came with his request
     * @return who it is now, or empty if there is nothing of the kind that this one looks at
     * @throws org.copilotframework.api.error.UnauthenticatedException if it is not valid any more
     * @throws org.copilotframework.api.error.UnavailableException if it cannot be told now whether it is valid
     */
    default Optional<Identity> recogniseAgain(Credentials credentials) {
        return authenticate(credentials);
    }

    /**
     * What a caller without credentials is told to bring: values of the header {@code WWW-Authenticate} (RFC 9110, 11.6.1).
     *
     * @return such as {@code Bearer realm="copilot"}; may be empty
     */
    default List<String> challenges() {
        return List.of();
    }

    /**
     * The administration of this authenticator's credentials.
     *
     * @return empty if they are made elsewhere
     */
    default Optional<CredentialAdmin> admin() {
        return Optional.empty();
    }

    /**
     * Who signs tokens for development. A host lets nobody sign any where it serves others.
     *
     * @return empty if this authenticator knows no secret by which tokens are signed
     */
    default Optional<TokenIssuer> tokens() {
        return Optional.empty();
    }

    /**
     * What does not work now, for an operator: such as keys that could not be refreshed.
     *
     * @return empty if all is well; no secrets
     */
    default List<String> troubles() {
        return List.of();
    }

    /** Frees what was opened. */
    @Override
    void close();
}
