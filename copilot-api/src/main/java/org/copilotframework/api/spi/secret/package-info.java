/**
 * Where secrets come from: the environment, a folder of files, a service such as AWS Secrets Manager ({@link
 * org.copilotframework.api.spi.secret.SecretSource}). The host looks them up for settings that say {@code ${secret:name}}, keeps
 * them for a while, and goes on with what it has while a source fails. What a plugin gets is {@link
 * org.copilotframework.api.plugin.Secret}, and lives there.
 */
@NullMarked
package org.copilotframework.api.spi.secret;

import org.jspecify.annotations.NullMarked;
