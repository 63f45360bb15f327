package org.copilotframework.server.http;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.spi.authentication.Credential;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.authentication.IssuedCredential;
import org.jspecify.annotations.Nullable;

/** Credentials in memory. */
final class TestCredentials implements CredentialAdmin {
    private final Map<String, Credential> all = new ConcurrentSkipListMap<>();
    private final AtomicInteger made = new AtomicInteger();

    @Override
    public IssuedCredential create(CredentialOrder order) {
        Credential credential = new Credential("k" + made.incrementAndGet(), order, Instant.now(), Instant.now());
        all.put(credential.id(), credential);
        return new IssuedCredential(credential, "secret-" + made.get());
    }

    @Override
    public Optional<Credential> find(String id) {
        return Optional.ofNullable(all.get(id));
    }

    @Override
    public List<Credential> list(@Nullable TenantId tenant, @Nullable String after, int limit) {
        return all.values().stream()
                .filter(one -> tenant == null || one.order().tenant().equals(tenant))
                .filter(one -> after == null || one.id().compareTo(after) > 0)
                .limit(limit)
                .toList();
    }

    @Override
    public IssuedCredential rotate(String id, Duration overlap) {
        Credential old = find(id).orElseThrow(() -> NotFoundException.named("key", id, List.of()));
        Credential credential = new Credential(id, old.order(), old.created(), Instant.now());
        all.put(id, credential);
        return new IssuedCredential(credential, "secret-" + made.incrementAndGet());
    }

    @Override
    public boolean revoke(String id) {
        return all.remove(id) != null;
    }
}
