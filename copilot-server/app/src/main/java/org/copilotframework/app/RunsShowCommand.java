package org.copilotframework.app;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunId;
import org.copilotframework.core.RunSummary;
import org.copilotframework.core.StoredData;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@picocli.CommandLine.Command(
        name = "show",
        description = "Shows a run: where it stands, what it asks, and its reply or error.")
final class RunsShowCommand extends DataCommand {
    @Mixin
    private final TenantOption tenant = new TenantOption();

    @Parameters(paramLabel = "ID", description = "The run's id; 'copilot runs list' shows them.")
    private String id = "";

    RunsShowCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void run(StoredData data, Terminal terminal) {
        RunId named = new RunId(id);
        RunSummary summary = data.runs().summary(tenant.id(), named).orElseThrow(() -> Replies.noRun(named));
        Optional<String> obstacle = data.runs().obstacle(tenant.id(), named);
        Run run = data.runs().find(tenant.id(), named).orElseThrow(() -> Replies.noRun(named));
        if (terminal.json()) {
            Map<String, @Nullable Object> view = JsonView.run(summary);
            obstacle.ifPresent(why -> view.put("obstacle", why));
            run.question().ifPresent(question -> view.put("question", question));
            end(run, reply -> view.put("message", reply.message()), error -> view.put("error", JsonView.error(error)));
            terminal.object(view);
            return;
        }
        terminal.say("run      " + summary.id());
        terminal.say("agent    " + summary.agent());
        summary.session().ifPresent(session -> terminal.say("session  " + session));
        terminal.say("state    " + JsonView.lower(summary.state()) + ", activation " + summary.activation());
        terminal.say("created  " + Times.shown(summary.created()));
        terminal.say("changed  " + Times.shown(summary.changed()));
        summary.due().ifPresent(due -> terminal.say("due      " + Times.shown(due)));
        obstacle.ifPresent(why -> terminal.say("\nIt cannot go on: " + why));
        run.question().ifPresent(question -> {
            terminal.say("\nIt asks:");
            Replies.print("", question, terminal);
            terminal.hint("Answer with");
            terminal.command(
                    "copilot runs resume " + id + " TEXT" + options.repeated() + inbox.repeated() + tenant.repeated());
        });
        end(
                run,
                reply -> {
                    terminal.say("");
                    Replies.print("", reply.message(), terminal);
                },
                error -> terminal.say("\n" + error.code().code() + ": " + error.getMessage()));
    }

    private static void end(
            Run run,
            java.util.function.Consumer<AgentReply> replied,
            java.util.function.Consumer<CopilotException> failed) {
        CompletableFuture<AgentReply> reply = run.reply().toCompletableFuture();
        if (!reply.isDone()) {
            return;
        }
        try {
            replied.accept(reply.join());
        } catch (CompletionException ended) {
            if (!(ended.getCause() instanceof CopilotException known)) {
                throw ended;
            }
            failed.accept(known);
        }
    }
}
