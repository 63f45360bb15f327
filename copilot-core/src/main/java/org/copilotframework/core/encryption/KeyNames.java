package org.copilotframework.core.encryption;

import java.util.ArrayList;
import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.InvalidRequestException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The names under which keys lie in a place. What has another name is nobody's key; it is told, and in no key's way. */
final class KeyNames {
    private static final Logger LOG = LoggerFactory.getLogger(KeyNames.class);

    /** Lists names after one. */
    interface Listing<X extends Exception> {
        List<String> after(String last) throws X;
    }

    private KeyNames() {}

    /** The tenants of the next names; none only if no name is left. */
    static <X extends Exception> List<TenantId> page(String prefix, @Nullable TenantId after, Listing<X> listing)
            throws X {
        String last = after == null ? "" : prefix + after;
        List<TenantId> tenants = new ArrayList<>();
        List<String> names;
        do {
            names = listing.after(last);
            for (String name : names) {
                add(name, prefix, tenants);
                last = name;
            }
        } while (tenants.isEmpty() && !names.isEmpty());
        return tenants;
    }

    private static void add(String name, String prefix, List<TenantId> tenants) {
        try {
            tenants.add(new TenantId(name.substring(prefix.length())));
        } catch (InvalidRequestException stranger) {
            LOG.warn(
                    "'{}' among the keys of tenants has no tenant's name, and is left as it is: {}",
                    name,
                    stranger.getMessage());
        }
    }
}
