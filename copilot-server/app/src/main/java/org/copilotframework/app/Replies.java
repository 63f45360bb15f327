package org.copilotframework.app;

import java.util.List;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.message.DataPart;
import org.copilotframework.api.message.FilePart;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.Part;
import org.copilotframework.api.message.TextPart;
import org.copilotframework.api.run.RunId;
import org.copilotframework.core.json.JsonText;

/** Prints what is said in runs for a person. */
final class Replies {
    private Replies() {}

    /** Prints a message; data beside a text says the same again, for programs, who ask with --json. */
    static void print(String before, Message message, Terminal terminal) {
        boolean forPersons = !message.text().isEmpty();
        message.parts().stream()
                .filter(part -> !(forPersons && part instanceof DataPart))
                .forEach(part -> print(before, part, terminal));
    }

    private static void print(String before, Part part, Terminal terminal) {
        if (part instanceof TextPart said) {
            terminal.quote(before + said.text());
        } else if (part instanceof DataPart said) {
            terminal.quote(before + JsonText.pretty(said.data()));
        } else if (part instanceof FilePart file) {
            terminal.say(before + "[file " + file.name() + ", " + file.mediaType() + "; --json prints its content]");
        }
    }

    static NotFoundException noRun(RunId id) {
        return NotFoundException.named("run", id.value(), List.of());
    }
}
