package org.copilotframework.security.aws;

import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.secret.SecretSource;
import org.copilotframework.api.spi.secret.SecretSourceProvider;

/** Opens the source of secrets named {@code aws}: AWS Secrets Manager. Safe for use by several threads. */
public final class AwsSecretSourceProvider implements SecretSourceProvider {
    /** Made by {@link java.util.ServiceLoader}, or by the host. */
    public AwsSecretSourceProvider() {}

    @Override
    public String name() {
        return "aws";
    }

    @Override
    public SecretSource open(ProviderContext context) {
        return AwsSecretSource.open(context.settings(AwsSecretSettings.class));
    }
}
