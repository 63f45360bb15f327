package org.copilotframework.server.http;

import java.util.List;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.core.Erased;
import org.copilotframework.core.Orchestrator;

/** Tenants: erasing one. */
final class TenantRoutes {
    private static final String ERASE = "tenants:erase";

    /** What was deleted, and what can be used no more. */
    private record Gone(Erased erased, long keys) {}

    private static final View<Gone> VIEW = View.<Gone>of("ErasedTenant")
            .whole(
                    "stored",
                    "How many sessions, runs, values and messages were deleted.",
                    gone -> gone.erased().stored())
            .whole(
                    "files",
                    "How many files were deleted.",
                    gone -> gone.erased().files())
            .whole("keys", "How many of its keys were revoked.", Gone::keys);

    private final Orchestrator orchestrator;

    TenantRoutes(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    List<Route> all() {
        return List.of(Route.post(
                        "/v1/tenants/{tenant}:erase",
                        "eraseTenant",
                        "Deletes all data of the tenant that is acted for, and revokes its keys.")
                .in("Tenants")
                .hostScope(ERASE, exchange -> "tenant/" + exchange.path("tenant"))
                .takesJson(Schema.object(Map.of(), List.of()), false)
                .gives(200, "What was deleted.", VIEW)
                .by(this::erase));
    }

    /** The tenant is named twice, so that nobody erases another one than he means. */
    private Answer erase(Exchange exchange) {
        TenantId named = new TenantId(exchange.path("tenant"));
        if (!named.equals(exchange.tenant())) {
            throw new ForbiddenException(
                    "tenant '" + named + "' is not the one this request acts for; with a credential that"
                            + " is good for it, name it in the header X-Tenant-Id, too");
        }
        exchange.demandNothing();
        // First, so that nobody writes anew by a key of a tenant that is gone.
        long keys = orchestrator
                .access()
                .credentials()
                .map(admin -> (long) admin.revokeAll(named))
                .orElse(0L);
        Erased erased = orchestrator.erase(named);
        exchange.did("tenant/" + named, erased.stored() + " stored, " + erased.files() + " files, " + keys + " keys");
        return Answer.of(VIEW, new Gone(erased, keys));
    }
}
