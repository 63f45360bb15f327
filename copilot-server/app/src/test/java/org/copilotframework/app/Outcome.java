package org.copilotframework.app;

import java.util.Map;
import org.copilotframework.api.message.Data;
import org.copilotframework.core.json.JsonText;
import org.jspecify.annotations.Nullable;

/**
 * What one command left behind.
 *
 * @param status its exit status
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Outcome(int status, String out, String err) {
    /** Standard output as the one JSON object that it must be. */
    Map<String, @Nullable Object> json() {
        return JsonText.parse(out).map();
    }

    /** A place in that object. */
    @Nullable
    Object json(String pointer) {
        return JsonText.parse(out).at(pointer).map(Data::value).orElse(null);
    }
}
