package org.copilotframework.api.spi.management;

import org.jspecify.annotations.Nullable;
import org.pf4j.ExtensionPoint;

/**
 * An endpoint for operators. Found by {@link java.util.ServiceLoader} on the class path of the application, by the extension index of
 * a plugin whose manifest says {@code Copilot-Plugin-Kind: provider}, or given to the builder. Safe for use by several threads.
 */
public interface ManagementEndpoint extends ExtensionPoint {
    /**
     * Where it is, below the face's path for operators.
     *
     * @return such as {@code log-levels}: lower-case letters, digits and dashes; what follows a further slash is given to {@link
     *     #handle}
     */
    String path();

    /**
     * What a caller needs to be granted. Asked once for each method, when the endpoint is found.
     *
     * @param method the request's method, such as {@code GET}
     * @return a scope, such as {@code logs:read}; null, or an empty text, if the method is not served
     */
    @Nullable
    String scope(String method);

    /**
     * Answers.
     *
     * @param request what is asked
     * @return the answer
     * @throws org.copilotframework.api.error.CopilotException if it is refused
     * @throws Exception if it fails; the face tells the caller no more than that
     */
    ManagementResponse handle(ManagementRequest request) throws Exception;
}
