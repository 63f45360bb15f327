package org.copilotframework.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.copilotframework.api.caller.TenantId;
import org.junit.jupiter.api.Test;

/** Runs of a tenant that stays unreadable are looked at ever more seldom, and the tenant is told of once. */
class UnreadTenantsTest {
    private static final TenantId ACME = new TenantId("acme");
    private static final Duration LEASE = Duration.ofSeconds(15);

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000);
    private final UnreadTenants tenants = new UnreadTenants(LEASE, nanos::get);

    @Test
    void theRestGrowsFromALeaseToMinutesAndBeginsAnewOnceItWasReadable() {
        assertThat(tenants.begins(ACME)).isTrue();
        assertThat(tenants.rest(ACME)).isEqualTo(LEASE);
        nanos.addAndGet(Duration.ofSeconds(40).toNanos());
        assertThat(tenants.begins(ACME)).as("told of once").isFalse();
        assertThat(tenants.rest(ACME)).isEqualTo(Duration.ofSeconds(40));
        for (int i = 0; i < 20; i++) {
            nanos.addAndGet(UnreadTenants.LONGEST.toNanos());
            assertThat(tenants.begins(ACME)).isFalse();
        }
        assertThat(tenants.rest(ACME)).isEqualTo(UnreadTenants.LONGEST);

        tenants.over(ACME);
        assertThat(tenants.begins(ACME)).isTrue();
        assertThat(tenants.rest(ACME)).isEqualTo(LEASE);
    }

    /** Its runs were canceled, so that nobody saw whether it could be read. */
    @Test
    void whatWasMetLongAgoIsForgotten() {
        tenants.begins(ACME);
        nanos.addAndGet(Duration.ofHours(5).toNanos());
        assertThat(tenants.begins(ACME)).as("told anew").isTrue();
        assertThat(tenants.rest(ACME)).isEqualTo(LEASE);
    }

    @Test
    void aLeaseThatIsLongerIsNotCutShort() {
        UnreadTenants patient = new UnreadTenants(Duration.ofHours(1), nanos::get);
        patient.begins(ACME);
        nanos.addAndGet(Duration.ofHours(2).toNanos());

        assertThat(patient.rest(ACME)).isEqualTo(Duration.ofHours(1));
    }
}
