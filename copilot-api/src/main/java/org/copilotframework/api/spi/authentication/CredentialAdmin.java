package org.copilotframework.api.spi.authentication;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.jspecify.annotations.Nullable;

/** Makes, lists, rotates and revokes credentials. Each method may block. Safe for use by several threads. */
public interface CredentialAdmin {
    /** The most credentials of one page. */
    int MAX_PAGE = 1_000;

    /**
     * Makes a credential.
     *
     * @param order what it is to be good for
     * @return the credential with its secret, which is told this once only
     * @throws org.copilotframework.api.error.InvalidRequestException if the order asks for what this kind cannot have
     */
    IssuedCredential create(CredentialOrder order);

    /**
     * Finds a credential.
     *
     * @param id its public part
     * @return what is known of it; empty if there is none
     */
    Optional<Credential> find(String id);

    /**
     * Pages through credentials in the order of their ids.
     *
     * @param tenant list those of this tenant; null for all
     * @param after list those after this id; null for the first page
     * @param limit how many at most, from 1 to {@value #MAX_PAGE}
     * @return the credentials, also expired ones; fewer than the limit only at the end
     */
    List<Credential> list(@Nullable TenantId tenant, @Nullable String after, int limit);

    /**
     * Gives a credential a new secret.
     *
     * @param id its public part, which stays
     * @param overlap how long the secret before is good, too; zero if it was lost to somebody
     * @return the credential with its new secret, which is told this once only
     * @throws org.copilotframework.api.error.NotFoundException if there is none
     */
    IssuedCredential rotate(String id, Duration overlap);

    /**
     * Ends a credential at once. Nodes that remember it learn of it within the time that the implementation says.
     *
     * @param id its public part
     * @return whether there was one
     */
    boolean revoke(String id);

    /**
     * Ends all credentials of a tenant, as before it is erased: else their holders would go on to write there.
     *
     * @param tenant the tenant
     * @return how many there were
     */
    default int revokeAll(TenantId tenant) {
        int revoked = 0;
        String last = null;
        List<Credential> page = list(tenant, null, MAX_PAGE);
        while (!page.isEmpty()) {
            for (Credential one : page) {
                revoked += revoke(one.id()) ? 1 : 0;
                last = one.id();
            }
            page = list(tenant, last, MAX_PAGE);
        }
        return revoked;
    }
}
