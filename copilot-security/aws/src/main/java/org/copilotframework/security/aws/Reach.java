package org.copilotframework.security.aws;

import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.copilotframework.api.error.InvalidRequestException;

/**
 * Where a service is, and how long it is waited for.
 *
 * @param service its name, for messages
 * @param settings what its settings begin with, such as {@code copilot.encryption.kms.}
 * @param region where it is; empty for what the SDK finds
 * @param endpoint a server that is not the region's own
 * @param timeout how long a call may take
 */
record Reach(String service, String settings, Optional<String> region, Optional<URI> endpoint, Duration timeout) {
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

    /**
     * Checks the form.
     *
     * @throws InvalidRequestException if a setting has another; names it
     */
    Reach {
        demand(
                region.map(name -> name.matches("[a-z0-9-]{1,40}")).orElse(true),
                settings,
                "region",
                "must be such as eu-central-1");
        demand(
                endpoint.map(Reach::isServer).orElse(true),
                settings,
                "endpoint",
                "must be such as https://host or https://host:port, without user, path and query; http:// only to this machine,"
                        + " since keys and secrets are sent there");
        demand(
                timeout.toMillis() >= 100 && timeout.toMinutes() < 5,
                settings,
                "timeout",
                "must be from 100ms to less than 5m, not " + timeout);
    }

    private static boolean isServer(URI uri) {
        return uri.getHost() != null
                && ("https".equals(uri.getScheme())
                        || ("http".equals(uri.getScheme()) && THIS_MACHINE.contains(uri.getHost())))
                && uri.getRawUserInfo() == null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null
                && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
    }

    static void demand(boolean right, String settings, String setting, String what) {
        if (!right) {
            throw new InvalidRequestException(named(settings, setting) + ": " + what);
        }
    }

    /** A setting's name with that of its variable. */
    String setting(String name) {
        return named(settings, name);
    }

    private static String named(String settings, String name) {
        String key = settings + name;
        return key + " (in the environment "
                + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_') + ")";
    }
}
