package org.copilotframework.security.certificate;

import java.util.List;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * The settings {@code copilot.security.certificate.*}.
 *
 * @param subject which name in a certificate says who acts
 * @param tenantFrom which name says on whose behalf
 * @param tenant the tenant, if no name says it
 * @param tenants the other tenants for which all of them may act
 * @param grants what is granted to whom
 */
@Doc("Certificates that clients show over TLS.")
record CertificateSettings(
        @Doc("Which name in a certificate says who acts: cn, uri or dns (of the alternative names).") @Default("cn")
        Name subject,

        @Doc("What says on whose behalf: setting, or the name o or ou in the certificate.") @Default("setting")
        TenantFrom tenantFrom,

        @Doc("The tenant on whose behalf they act, where tenant-from is setting.") @Default("default")
        String tenant,

        @Doc("The other tenants for which they may act, by the header X-Tenant-Id; * for all.") @Default("")
        List<String> tenants,

        @Doc("What is granted to whom: a subject, or the beginning of one and *, then = and scopes with blanks between;"
                + " roles as role:<name>.")
        @Default("")
        List<String> grants) {
    enum Name {
        CN,
        URI,
        DNS
    }

    enum TenantFrom {
        SETTING,
        O,
        OU
    }

    CertificateSettings {
        checkTenant("tenant", tenant);
        tenants.stream().filter(one -> !one.equals("*")).forEach(one -> checkTenant("tenants", one));
        grants.forEach(Grant::of);
    }

    private static void checkTenant(String setting, String tenant) {
        try {
            new TenantId(tenant);
        } catch (InvalidRequestException wrong) {
            throw wrong.withMessage("copilot.security.certificate." + setting + ": " + wrong.getMessage());
        }
    }
}
