package org.copilotframework.core.access;

import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.error.ForbiddenException;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * Whether others may be let in.
 *
 * @param missing who would recognise callers and is not there; empty if all are
 * @param developer whether this is a developer's machine
 * @param here what the settings lack where this machine only is let in
 * @param anywhere what they lack where others are, too
 */
public record Fitness(String missing, boolean developer, List<String> here, List<String> anywhere) {
    /** Copies. */
    public Fitness {
        here = List.copyOf(here);
        anywhere = List.copyOf(anywhere);
    }

    /** Refuses what is for a developer's machine. */
    void demandDeveloper() {
        if (!developer) {
            throw new ForbiddenException(
                    "tokens for development are signed where copilot.environment (APP_ENV) is dev only;"
                            + " have the issuer sign one, or make a key");
        }
    }

    /** Refuses to serve. */
    void demand(boolean open, boolean loopback, boolean plain) {
        List<String> wrong = new ArrayList<>();
        if (!missing.isEmpty()) {
            wrong.add(missing);
        } else if (open && !(loopback && developer)) {
            wrong.add(
                    "copilot.security.authenticators: nobody is asked who he is; set API_KEY, or name who recognises callers"
                            + (developer ? ", or listen on loopback, such as 127.0.0.1" : ""));
        }
        if (plain && !loopback && !developer) {
            wrong.add("copilot.http.tls.certificate: keys, tokens and all else would be sent in the clear; set it and"
                    + " copilot.http.tls.key, or name the proxy that has TLS in copilot.http.trusted-proxies, or listen on"
                    + " loopback, such as 127.0.0.1");
        }
        wrong.addAll(loopback ? here : anywhere);
        if (!wrong.isEmpty()) {
            throw new InvalidRequestException(
                    "others are not let in as this is set up:\n  " + String.join("\n  ", wrong));
        }
    }
}
