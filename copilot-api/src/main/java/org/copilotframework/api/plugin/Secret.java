package org.copilotframework.api.plugin;

import java.util.Optional;
import org.copilotframework.api.ImplementedByHost;

/**
 * A secret among the settings of a plugin or a provider: a component of this type in the record that {@link
 * PluginContext#settings(Class)} reads. Where the setting says {@code ${secret:name}}, it is asked for anew each time that it is
 * used, so a secret that is changed in its source is used without a restart; where the setting is a plain text, it stays that
 * text. A plugin sees the secrets that its settings name, and no others. Safe for use by several threads.
 *
 * <p>{@code toString()}, {@code equals} and {@code hashCode} show nothing of the value.
 */
@ImplementedByHost
public interface Secret {
    /**
     * What the secret is now. Comes from memory, and does not block but for the first time; use it at once, and do not keep it.
     *
     * @return the value, never empty
     * @throws org.copilotframework.api.error.UnavailableException if its source fails and it was never read
     */
    String value();

    /**
     * What it was before it was last changed, if its source tells, for those who accept either while a change goes round.
     *
     * @return the earlier value
     */
    Optional<String> previous();

    /**
     * A secret that stays what it is, for tests and for applications that give settings themselves.
     *
     * @param value the value, not empty
     * @return the secret
     */
    static Secret of(String value) {
        return new FixedSecret(value);
    }
}
