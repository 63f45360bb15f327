package org.copilotframework.security.apikey;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.plugin.Secret;

/**
 * The settings {@code copilot.security.apikey.*}.
 *
 * @param key the one key of the settings; in the environment {@code API_KEY}
 * @param tenant on whose behalf it acts
 * @param tenants the other tenants for which it may act
 * @param scopes what it grants
 * @param subject who acts by it
 * @param secret what the hashes of stored keys are keyed by; in the environment {@code SECRET_KEY}
 * @param secretPrevious the one before it; in the environment {@code SECRET_KEY_PREVIOUS}
 * @param acceptPlain whether keys are let in that were stored without a secret though there is one now
 * @param remember how long a stored key is remembered
 */
@Doc("Keys in the header X-API-KEY.")
record ApiKeySettings(
        @Doc("The one key that needs no store. In the environment API_KEY.")
        Optional<Secret> key,

        @Doc("The tenant on whose behalf the one key acts.") @Default("default")
        String tenant,

        @Doc("The other tenants for which the one key may act, by the header X-Tenant-Id; * for all.") @Default("")
        List<String> tenants,

        @Doc("What the one key grants; roles as role:<name>.") @Default("*")
        List<String> scopes,

        @Doc("The name under which the one key acts.") @Default("api-key")
        String subject,

        @Doc("What the hashes of stored keys are keyed by, at least 32 bytes. In the environment SECRET_KEY.")
        Optional<Secret> secret,

        @Doc("The one before, while it is changed. In the environment SECRET_KEY_PREVIOUS.")
        Optional<Secret> secretPrevious,

        @Doc(
                "Whether keys are let in that were stored while there was no secret, until each was used: whoever can write to the store"
                        + " can make one as long as this is on.")
        @Default("false")
        boolean acceptPlain,

        @Doc(
                "How long a stored key is remembered: on another node it ends that long after it was revoked, at the latest.")
        @Default("10s")
        Duration remember) {
    private static final Duration LONGEST = Duration.ofHours(1);

    ApiKeySettings {
        if (remember.isNegative() || remember.compareTo(LONGEST) > 0) {
            throw new InvalidRequestException(
                    "copilot.security.apikey.remember: must be between 0s and 1h; a key that is revoked is let in for as long");
        }
        Scopes.check("copilot.security.apikey.scopes", scopes);
        checkTenant("tenant", tenant);
        tenants.stream().filter(one -> !one.equals("*")).forEach(one -> checkTenant("tenants", one));
    }

    private static void checkTenant(String setting, String tenant) {
        try {
            new TenantId(tenant);
        } catch (InvalidRequestException wrong) {
            throw wrong.withMessage("copilot.security.apikey." + setting + ": " + wrong.getMessage());
        }
    }
}
