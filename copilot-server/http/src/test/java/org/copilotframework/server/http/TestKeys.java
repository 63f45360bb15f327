package org.copilotframework.server.http;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.api.caller.Principal;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.UnauthenticatedException;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.Identity;
import org.jspecify.annotations.Nullable;

/** Recognises callers by words in the header {@code Authorization: Bearer}. */
final class TestKeys implements Authenticator {
    private final Map<String, Identity> known = new ConcurrentHashMap<>();
    private final TestCredentials credentials = new TestCredentials();
    private @Nullable Duration life;
    private @Nullable String trouble;

    /** Makes a word good for a subject of a tenant. */
    TestKeys with(String word, String subject, String tenant, String... scopes) {
        known.put(word, Identity.of(new Principal(subject, Set.of(scopes)), new TenantId(tenant), "test:" + subject));
        return this;
    }

    /** Makes a word good for the operator, who acts for a tenant. */
    TestKeys ofOperator(String word, String subject, String tenant) {
        known.put(
                word,
                new Identity(
                        new Principal(subject, Set.of("*")),
                        new TenantId(tenant),
                        Set.of(),
                        "test:" + subject,
                        null,
                        true,
                        null));
        return this;
    }

    /** The word is good for nothing any more. */
    void without(String word) {
        known.remove(word);
    }

    /** Whoever is recognised from now on is so for a time only, from then on. */
    TestKeys expiringAfter(Duration time) {
        life = time;
        return this;
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        return credentials.header("authorization").map(sent -> {
            Identity identity = known.get(sent.replaceFirst("^Bearer ", ""));
            if (identity == null) {
                throw new UnauthenticatedException("unknown word");
            }
            return new Identity(
                    identity.principal(),
                    identity.tenant(),
                    identity.tenants(),
                    identity.credential(),
                    life == null ? null : Instant.now().plus(life),
                    identity.operator(),
                    identity.limit());
        });
    }

    /** Something does not work. */
    TestKeys inTrouble(String what) {
        trouble = what;
        return this;
    }

    @Override
    public List<String> troubles() {
        return trouble == null ? List.of() : List.of(trouble);
    }

    @Override
    public List<String> challenges() {
        return List.of("Bearer realm=\"copilot\"");
    }

    @Override
    public Optional<CredentialAdmin> admin() {
        return Optional.of(credentials);
    }

    @Override
    public void close() {}
}
