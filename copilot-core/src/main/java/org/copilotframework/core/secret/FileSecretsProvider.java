package org.copilotframework.core.secret;

import java.nio.file.Path;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretSourceProvider;

/** Opens the source {@code file}. */
final class FileSecretsProvider implements SecretSourceProvider {
    static final String NAME = "file";

    /** Where Docker, and by custom Kubernetes, puts the secrets of a container. */
    static final String FOLDER = "/run/secrets";

    private record Settings(
            @Doc("The folder that holds a file for each secret.") @Default(FOLDER)
            Path folder) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public SecretSource open(ProviderContext context) {
        return new FileSecrets(context.settings(Settings.class).folder());
    }
}
