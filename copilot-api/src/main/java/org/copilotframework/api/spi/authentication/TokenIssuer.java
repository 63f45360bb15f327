package org.copilotframework.api.spi.authentication;

/** Signs tokens for who tries things out on his own machine. Safe for use by several threads. */
public interface TokenIssuer {
    /**
     * Signs a token that the authenticator lets in.
     *
     * @param order what it is to be good for; it ends, and within a day
     * @return the token, to be sent as {@code Authorization: Bearer <token>}
     * @throws org.copilotframework.api.error.InvalidRequestException if the order asks for what a token cannot have, or the settings
     *     would not let in what is signed
     */
    String issue(CredentialOrder order);
}
