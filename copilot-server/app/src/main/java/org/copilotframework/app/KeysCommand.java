package org.copilotframework.app;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.authentication.Credential;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.authentication.IssuedCredential;
import org.copilotframework.core.StoredAudit;
import org.copilotframework.core.StoredData;
import org.jspecify.annotations.Nullable;

/** A command on the keys by which callers are recognised over a network. */
abstract class KeysCommand extends DataCommand {
    KeysCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    /** Does the work. */
    abstract void run(CredentialAdmin keys, StoredAudit audit, Terminal terminal);

    /** A change of a key. */
    Deed deed(StoredAudit audit, @Nullable TenantId tenant, String id, String command) {
        return new Deed(audit, surroundings, tenant, "keys:write", "key/" + id, "keys " + command);
    }

    /** Of whom a key is, if there is it. */
    static @Nullable TenantId tenantOf(CredentialAdmin keys, String id) {
        return keys.find(id).map(key -> key.order().tenant()).orElse(null);
    }

    @Override
    final void run(StoredData data, Terminal terminal) {
        run(
                data.access()
                        .credentials()
                        .orElseThrow(() -> new InvalidRequestException(
                                "copilot.security.authenticators: none of those that are asked has keys of its own; set it to"
                                        + " apikey (in the environment COPILOT_SECURITY_AUTHENTICATORS=apikey), for the server as"
                                        + " well")),
                data.audit(),
                terminal);
    }

    /** The secret alone on standard output, so that it can be sent somewhere. */
    void print(IssuedCredential issued, Terminal terminal) {
        if (!new Startup(surroundings, terminal).isSet(options.home, "copilot.security.apikey.secret")) {
            terminal.warn(
                    "no SECRET_KEY is set, so what is stored of this key is not sealed. Once one is set, the key lets nobody in"
                            + " unless COPILOT_SECURITY_APIKEY_ACCEPT_PLAIN=true is set as well: set SECRET_KEY before keys are made.");
        }
        if (terminal.json()) {
            Map<String, @Nullable Object> view = view(issued.credential());
            view.put("secret", issued.secret());
            terminal.object(view);
            return;
        }
        surroundings.out().println(issued.secret());
        CredentialOrder order = issued.credential().order();
        terminal.hint("This is key " + issued.credential().id() + " of " + order.subject() + ", tenant "
                + order.tenant() + ". It is shown this once only. Send it as the header X-API-KEY.");
    }

    /** How a key looks in JSON, without its secret. */
    static Map<String, @Nullable Object> view(Credential key) {
        CredentialOrder order = key.order();
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", key.id());
        view.put("subject", order.subject());
        view.put("tenant", order.tenant().value());
        view.put("scopes", order.scopes().stream().sorted().toList());
        Instant expires = order.expires();
        if (expires != null) {
            view.put("expires", expires.toString());
        }
        if (order.perMinute() != null) {
            view.put("perMinute", order.perMinute());
        }
        view.put("created", key.created().toString());
        view.put("rotated", key.rotated().toString());
        return view;
    }
}
