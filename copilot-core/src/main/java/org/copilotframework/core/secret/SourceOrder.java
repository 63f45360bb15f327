package org.copilotframework.core.secret;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretSourceProvider;
import org.copilotframework.api.spi.secret.SecretValue;
import org.copilotframework.core.provider.FoundProvider;
import org.copilotframework.core.provider.ProviderPlugins;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sources, in the order in which they are asked. Those that a plugin brings are not there at first: which plugins are loaded is
 * a matter of settings, which may name secrets.
 */
final class SourceOrder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SourceOrder.class);

    private final List<String> names;
    private final Map<String, SecretSourceProvider> builtIn = new LinkedHashMap<>();
    private final Function<String, ProviderContext> contexts;
    private final ClassLoader loader;
    private final UnaryOperator<String> clean;
    private final LongSupplier clock;

    /** Those that are open. Filled before other threads see this. */
    private final Map<String, OpenSource> open = new LinkedHashMap<>();

    /** Opens what needs no plugin. */
    SourceOrder(
            List<String> names,
            Map<String, String> variables,
            Function<String, ProviderContext> contexts,
            ClassLoader loader,
            UnaryOperator<String> clean,
            LongSupplier clock) {
        this.names = List.copyOf(names);
        this.contexts = contexts;
        this.loader = loader;
        this.clean = clean;
        this.clock = clock;
        builtIn.put(EnvironmentSecrets.NAME, new EnvironmentSecrets(variables));
        builtIn.put(FileSecretsProvider.NAME, new FileSecretsProvider());
        open(ProviderPlugins.none());
    }

    /** Opens the rest. */
    void complete(ProviderPlugins plugins) {
        if (open.size() < names.size()) {
            open(plugins);
            names.stream().filter(name -> !open.containsKey(name)).findFirst().ifPresent(name -> {
                throw unknown(name, plugins);
            });
        }
    }

    private void open(ProviderPlugins plugins) {
        try {
            Map<String, FoundProvider<SecretSourceProvider, String>> found =
                    builtIn.keySet().containsAll(names) ? Map.of() : found(plugins);
            for (String name : names) {
                SecretSourceProvider ours = builtIn.get(name);
                FoundProvider<SecretSourceProvider, String> other = found.get(name);
                if (open.containsKey(name)) {
                    continue;
                } else if (ours != null) {
                    open.put(name, new OpenSource(ours.open(contexts.apply(name)), null, clock));
                } else if (other != null) {
                    ProviderContext context = contexts.apply(name);
                    SecretSource source = other.call(one -> one.open(context), "open the source of secrets");
                    open.put(name, new OpenSource(source, other, clock));
                }
            }
        } catch (RuntimeException | Error fault) {
            close();
            throw fault;
        }
    }

    private Map<String, FoundProvider<SecretSourceProvider, String>> found(ProviderPlugins plugins) {
        Map<String, FoundProvider<SecretSourceProvider, String>> byName = new TreeMap<>();
        for (FoundProvider<SecretSourceProvider, String> one : FoundProvider.all(
                SecretSourceProvider.class, "a source of secrets", loader, plugins, SecretSourceProvider::name)) {
            FoundProvider<SecretSourceProvider, String> first = byName.putIfAbsent(one.description(), one);
            if (first != null || builtIn.containsKey(one.description())) {
                throw new InvalidRequestException("two sources of secrets are named '" + one.description() + "': "
                        + (first == null ? "the host's own" : first.place()) + " and " + one.place()
                        + "; take one of them away");
            }
        }
        return byName;
    }

    private InvalidRequestException unknown(String name, ProviderPlugins plugins) {
        TreeSet<String> known = new TreeSet<>(builtIn.keySet());
        known.addAll(found(plugins).keySet());
        return new InvalidRequestException("copilot.secrets.sources: no source of secrets on the class path or in the"
                + " folder of plugins is named '" + name + "'; known names: " + String.join(", ", known)
                + (plugins.failures().isEmpty() ? "" : ". Not loaded: " + String.join("; ", plugins.failures())));
    }

    /**
     * Reads a secret from the first source that has it. One that fails ends the search: what the next one has may be of another
     * place, or another time.
     *
     * @throws AwaitedSourceException if a source that comes before is not there yet
     * @throws NotFoundException if no source has it
     * @throws InvalidRequestException if a source may not read it
     * @throws UnavailableException if a source fails
     * @throws BusySourceException if a source is at work for somebody else, and that is not to be waited for
     */
    SecretValue read(String name, Asking asking) {
        for (String one : names) {
            OpenSource source = open.get(one);
            if (source == null) {
                throw new AwaitedSourceException(one);
            }
            Optional<SecretValue> value;
            try {
                value = source.read(name, asking);
            } catch (InvalidRequestException refused) {
                throw new InvalidRequestException(
                        "its source '" + one + "' refuses it: " + clean.apply(refused.getMessage()));
            } catch (UnavailableException down) {
                throw new UnavailableException(
                        "its source '" + one + "' cannot be asked: " + clean.apply(down.getMessage()),
                        down.retryAfter().orElseThrow());
            }
            if (value.isPresent()) {
                return value.get();
            }
        }
        StringJoiner asked = new StringJoiner(", ");
        names.forEach(one -> asked.add(one + place(one, name)));
        throw new NotFoundException("no source has it; asked were "
                + (names.isEmpty() ? "none, for copilot.secrets.sources is empty" : asked));
    }

    private static String place(String source, String secret) {
        return switch (source) {
            case EnvironmentSecrets.NAME -> " (the variable " + EnvironmentSecrets.variable(secret) + ")";
            case FileSecretsProvider.NAME -> " (a file of that name in the folder of copilot.secrets.file.folder)";
            default -> "";
        };
    }

    @Override
    public void close() {
        List<OpenSource> last = new ArrayList<>(open.values());
        open.clear();
        for (OpenSource one : last) {
            try {
                one.close();
            } catch (RuntimeException | Error fault) {
                log.warn(
                        "A source of secrets could not be closed: {}",
                        fault.getClass().getName());
            }
        }
    }
}
