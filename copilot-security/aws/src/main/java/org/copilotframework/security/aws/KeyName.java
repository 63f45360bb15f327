package org.copilotframework.security.aws;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.encryption.KeyWrapper;

/**
 * What the settings call the key: that of one, or with {@value #TENANT} that of one for each tenant.
 *
 * @param text as it stands in the settings
 */
record KeyName(String text) {
    private static final String TENANT = "{tenant}";

    /** An alias has at most 256 characters, and the name of a tenant 128. */
    private static final int MOST_BESIDE_A_TENANT = 128;

    /** The names of the host's own tenants begin so, and no other's. */
    private static final String OF_THE_HOST = "copilot.";

    private static final String HOST = "copilot/host";

    private static final String ARN = "(?:arn:aws[a-z-]*:kms:([a-z0-9-]{1,40}):[0-9]{12}:)?";
    private static final Pattern ALIAS = Pattern.compile(ARN + "alias/(?!aws/)[A-Za-z0-9/_-]{1,250}");
    private static final Pattern OF_A_TENANT =
            Pattern.compile(ARN + "alias/(?!aws/)([A-Za-z0-9/_-]+\\{tenant}[A-Za-z0-9/_-]*)");
    private static final Pattern KEY =
            Pattern.compile("(?:arn:aws[a-z-]*:kms:([a-z0-9-]{1,40}):[0-9]{12}:key/)?[A-Za-z0-9-]{1,128}");

    /**
     * Reads a setting.
     *
     * @throws InvalidRequestException if it is none of the three; names the setting
     */
    static KeyName of(String settings, String text) {
        KeyName name = new KeyName(text);
        Matcher tenants = OF_A_TENANT.matcher(text);
        boolean right = tenants.matches()
                ? tenants.group(2).length() - TENANT.length() <= MOST_BESIDE_A_TENANT
                : name.matched(ALIAS).isPresent() || name.matched(KEY).isPresent();
        Reach.demand(
                right,
                settings,
                "key-id",
                "must be the id or ARN of a KMS key, an alias such as alias/copilot (not alias/aws/…), or an alias with {tenant}"
                        + " behind a beginning, such as alias/copilot-{tenant}");
        return name;
    }

    boolean forEachTenant() {
        return text.contains(TENANT);
    }

    /** The region that an ARN names. */
    Optional<String> region() {
        return matched(KEY)
                .or(() -> matched(ALIAS))
                .or(() -> matched(OF_A_TENANT))
                .map(found -> found.group(1));
    }

    private Optional<Matcher> matched(Pattern pattern) {
        return Optional.of(pattern.matcher(text)).filter(Matcher::matches);
    }

    /**
     * The key for a context.
     *
     * @throws InvalidRequestException if it is needed to know whose, and the context does not say so
     */
    String in(Map<String, String> context) {
        if (!forEachTenant()) {
            return text;
        }
        String tenant = context.get(KeyWrapper.TENANT);
        if (tenant == null) {
            throw new InvalidRequestException(
                    "the key '" + text + "' is one for each tenant, and nothing says whose is asked for");
        }
        return of(tenant);
    }

    /**
     * The key of a tenant. An alias has no dots, and the name of a tenant no slashes. The host's own tenants have one key together:
     * which there are is its own business.
     */
    private String of(String tenant) {
        return text.replace(TENANT, tenant.startsWith(OF_THE_HOST) ? HOST : tenant.replace('.', '/'));
    }

    /** The key by which each start proves that it has the right ones. */
    String ofTheHost() {
        return of(Encryption.KEYS.value());
    }

    /** {@return as it stands in the settings} */
    @Override
    public String toString() {
        return text;
    }
}
