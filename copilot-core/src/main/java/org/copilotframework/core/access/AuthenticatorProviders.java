package org.copilotframework.core.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authentication.AuthenticatorContext;
import org.copilotframework.api.spi.authentication.AuthenticatorProvider;
import org.copilotframework.core.provider.FoundProvider;
import org.copilotframework.core.provider.ProviderPlugins;

/** Finds authenticators by name, among the providers on a class path and those that plugins bring. */
public final class AuthenticatorProviders {
    private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

    /** Below these names the host has settings or values of its own, or they mean something else. */
    private static final Set<String> TAKEN =
            Set.of("none", "open", "authenticators", "failed-attempts", "roles", "audit", "nodes");

    private final Map<String, FoundProvider<AuthenticatorProvider, String>> found;
    private final ProviderPlugins plugins;

    private AuthenticatorProviders(
            Map<String, FoundProvider<AuthenticatorProvider, String>> found, ProviderPlugins plugins) {
        this.found = found;
        this.plugins = plugins;
    }

    /**
     * Finds all there are.
     *
     * @param loader where to look for providers
     * @param plugins where else to look
     * @return the providers
     * @throws InvalidRequestException if two have one name, or one has a name that none can have
     */
    public static AuthenticatorProviders find(ClassLoader loader, ProviderPlugins plugins) {
        Map<String, FoundProvider<AuthenticatorProvider, String>> found = FoundProvider.byName(
                AuthenticatorProvider.class,
                "an authenticator",
                "authenticators",
                loader,
                plugins,
                AuthenticatorProvider::name);
        found.forEach((name, one) -> {
            if (!NAME.matcher(name).matches() || TAKEN.contains(name)) {
                throw new InvalidRequestException("an authenticator cannot be named '" + name + "': " + one.place()
                        + "; its name is of lower-case letters, digits and dashes, and none of "
                        + String.join(", ", TAKEN.stream().sorted().toList()));
            }
        });
        return new AuthenticatorProviders(found, plugins);
    }

    /**
     * Whether there is one.
     *
     * @param name its name
     * @return whether it was found
     */
    public boolean has(String name) {
        return found.containsKey(name);
    }

    /**
     * Opens authenticators.
     *
     * @param names which, in the order in which they will be asked
     * @param contexts what one of a name is given
     * @param chain where they are added; it closes them
     * @return why not: a sentence for each name that there is none of, and for each that refuses its settings
     */
    public List<String> open(List<String> names, Function<String, AuthenticatorContext> contexts, Chain chain) {
        List<String> refused = new ArrayList<>();
        for (String name : names) {
            FoundProvider<AuthenticatorProvider, String> provider = found.get(name);
            if (provider == null) {
                refused.add("copilot.security.authenticators: " + missing(name));
                continue;
            }
            try {
                chain.addOwn(name, opened(name, provider, contexts.apply(name)));
            } catch (InvalidRequestException wrong) {
                refused.add(wrong.getMessage());
            }
        }
        return refused;
    }

    private static Authenticator opened(
            String name, FoundProvider<AuthenticatorProvider, String> provider, AuthenticatorContext context) {
        Authenticator opened = provider.call(one -> one.open(context), "open the authenticator");
        if (opened == null) {
            throw new IllegalStateException(
                    "the authenticator " + name + " was opened as null: " + provider.place() + " is broken");
        }
        return opened;
    }

    /**
     * Says that there is none of a name.
     *
     * @param name the name
     * @return what to do about it
     */
    public String missing(String name) {
        List<String> known = new ArrayList<>(found.keySet());
        known.add("none");
        return "no authenticator on the class path or in the folder of plugins is named '" + name + "'; known names: "
                + String.join(", ", known) + "; add the dependency copilot-security-" + name
                + ", or put its plugin into that folder"
                + (plugins.failures().isEmpty() ? "" : ". Not loaded: " + String.join("; ", plugins.failures()));
    }
}
