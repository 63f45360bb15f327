package org.copilotframework.core.call;

import java.util.List;
import java.util.Optional;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Catalogue;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.core.naming.NearNames;

/** The agents that one caller may call: who may not call an agent, does not learn of it here either. */
record CallerCatalogue(AuthorisationRoom authorisation, Caller caller) implements Catalogue {
    @Override
    public List<CatalogueEntry> list() {
        return authorisation.agents().list().stream()
                .filter(entry -> allowed(entry.agent().name()))
                .toList();
    }

    @Override
    public Optional<CatalogueEntry> find(String name) {
        return authorisation.agents().find(name).filter(entry -> allowed(name));
    }

    @Override
    public List<String> near(String name) {
        return NearNames.of(
                name, list().stream().map(entry -> entry.agent().name()).toList());
    }

    private boolean allowed(String agent) {
        return authorisation.allowed(caller, agent);
    }
}
