package org.copilotframework.api.spi.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.copilotframework.api.caller.TenantId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an administration of credentials can do without saying how. */
class CredentialAdminTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId GLOBEX = new TenantId("globex");

    /** Has what a test puts there. */
    private static final class Few implements CredentialAdmin {
        private final TreeMap<String, Credential> all = new TreeMap<>();

        private void put(String id, TenantId tenant) {
            CredentialOrder order = new CredentialOrder("ann", tenant, Set.of(), null, null);
            all.put(id, new Credential(id, order, Instant.EPOCH, Instant.EPOCH));
        }

        @Override
        public IssuedCredential create(CredentialOrder order) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<Credential> find(String id) {
            return Optional.ofNullable(all.get(id));
        }

        @Override
        public List<Credential> list(@Nullable TenantId tenant, @Nullable String after, int limit) {
            Map<String, Credential> rest = after == null ? all : all.tailMap(after, false);
            return rest.values().stream()
                    .filter(one -> one.order().tenant().equals(tenant))
                    .limit(limit)
                    .toList();
        }

        @Override
        public IssuedCredential rotate(String id, Duration overlap) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean revoke(String id) {
            return all.remove(id) != null;
        }
    }

    @Test
    void allOfATenantEndTogether() {
        Few few = new Few();
        for (int i = 0; i < 2 * CredentialAdmin.MAX_PAGE + 1; i++) {
            few.put("a" + i, ACME);
        }
        few.put("b", GLOBEX);
        assertThat(few.revokeAll(ACME)).isEqualTo(2 * CredentialAdmin.MAX_PAGE + 1);
        assertThat(few.revokeAll(ACME)).isZero();
        assertThat(few.all).containsOnlyKeys("b");
    }
}
