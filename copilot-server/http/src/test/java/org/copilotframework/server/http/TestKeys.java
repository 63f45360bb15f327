package org.copilotframework.server.http;

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
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.Identity;
import org.jspecify.annotations.Nullable;

/** Recognises callers by words in the header {@code Authorization: Bearer}. */
final class TestKeys implements Authenticator {
    private final Map<String, Identity> known = new ConcurrentHashMap<>();

    /** Makes a word good for a subject of a tenant. */
    TestKeys with(String word, String subject, String tenant, String... scopes) {
        return with(word, subject, tenant, null, scopes);
    }

    TestKeys with(String word, String subject, String tenant, @Nullable Instant expires, String... scopes) {
        known.put(
                word,
                new Identity(
                        new Principal(subject, Set.of(scopes)), new TenantId(tenant), Set.of(), "test:" + subject, expires));
        return this;
    }

    @Override
    public Optional<Identity> authenticate(Credentials credentials) {
        return credentials.header("authorization").map(sent -> {
            Identity identity = known.get(sent.replaceFirst("^Bearer ", ""));
            if (identity == null) {
                throw new UnauthenticatedException("unknown word");
            }
            return identity;
        });
    }

    @Override
    public List<String> challenges() {
        return List.of("Bearer realm=\"copilot\"");
    }

    @Override
    public void close() {}
}
