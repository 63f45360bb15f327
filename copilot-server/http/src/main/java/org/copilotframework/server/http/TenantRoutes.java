package org.copilotframework.server.http;

import java.util.List;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.core.Orchestrator;

/** Tenants: erasing one. */
final class TenantRoutes {
    private static final String ERASE = "tenants:erase";

    private final Orchestrator orchestrator;

    TenantRoutes(Orchestrator orchestrator) {
        this.orchestrator = orchestrator;
    }

    List<Route> all() {
        return List.of(Route.post("/v1/tenants/{tenant}:erase", "eraseTenant", "Deletes all data of the tenant that is acted for.")
                .in("Tenants")
                .scope(ERASE, exchange -> "tenant/" + exchange.path("tenant"))
                .takesJson(Schema.object(Map.of(), List.of()), false)
                .gives(200, "What was deleted.", Views.ERASED)
                .by(this::erase));
    }

    /** The tenant is named twice, so that nobody erases another one than he means. */
    private Answer erase(Exchange exchange) {
        TenantId named = new TenantId(exchange.path("tenant"));
        if (!named.equals(exchange.tenant())) {
            throw new ForbiddenException("tenant '" + named + "' is not the one this request acts for; with a credential that"
                    + " is good for it, name it in the header X-Tenant-Id, too");
        }
        return Answer.of(Views.ERASED, orchestrator.erase(named));
    }
}
