package org.copilotframework.app;

import java.util.List;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.message.Data;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.Role;
import org.copilotframework.core.json.JsonText;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a person says on the command line. The words are the command's own parameters, behind those that name something. */
final class Saying {
    @Option(names = "--data", paramLabel = "JSON", description = "Data to say, beside or in place of a text.")
    private @Nullable String data;

    boolean isEmpty(List<String> text) {
        return text.isEmpty() && data == null;
    }

    Message message(List<String> text) {
        return Message.of(Role.USER, text.isEmpty() ? null : String.join(" ", text), data == null ? null : parse(data));
    }

    private static Data parse(String json) {
        try {
            return JsonText.parse(json);
        } catch (InvalidRequestException wrong) {
            throw wrong.withMessage("--data: " + wrong.getMessage());
        }
    }
}
