package org.copilotframework.app;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.run.Event;
import org.copilotframework.api.run.EventStream;
import org.copilotframework.api.run.Run;
import org.copilotframework.api.run.RunEvent;
import org.copilotframework.api.run.RunState;
import org.jspecify.annotations.Nullable;

/** Follows a run until it ends, and lets the person at the keyboard answer what it asks. */
final class Conversation {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Surroundings surroundings;
    private final CommonOptions options;
    private final Terminal terminal;
    private long position;
    private boolean cancelsAtSignal;

    Conversation(Surroundings surroundings, CommonOptions options, Terminal terminal) {
        this.surroundings = surroundings;
        this.options = options;
        this.terminal = terminal;
    }

    /** From now on Ctrl-C and SIGTERM cancel the run that is followed, and do not just end this process. */
    Conversation cancelingAtSignal() {
        cancelsAtSignal = true;
        surroundings.stop().holdProcess();
        return this;
    }

    /**
     * Follows a run, and prints its reply, or what it asks if nobody is there to answer.
     *
     * @param run the run
     * @param view what is said of it in JSON, to be completed
     * @param more what to add to a command about this run
     */
    void follow(Run run, Map<String, @Nullable Object> view, String more) throws InterruptedException {
        watch(run);
        while (waits(run.state()) && answered(run)) {
            watch(run);
        }
        terminal.endProgress();
        if (waits(run.state())) {
            printQuestion(run, view, more);
        } else {
            printReply(reply(run), view);
        }
    }

    /** Returns once the run has ended or waits for its caller. A progress that was missed is followed by the next. */
    private void watch(Run run) throws InterruptedException {
        try (EventStream events = run.events(position)) {
            Optional<RunEvent> next = Optional.empty();
            do {
                try {
                    next = events.poll(LOOK);
                    next.ifPresent(event -> show(event.event()));
                } catch (ConflictException dropped) {
                    terminal.progress("...");
                }
                if (cancelsAtSignal && surroundings.stop().await(0)) {
                    run.cancel("whoever asked was told to stop");
                    return;
                }
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            } while (next.isPresent() || !(waits(run.state()) || run.state().terminal()));
            position = events.position();
        }
    }

    private void show(Event event) {
        if (event instanceof Event.Progress progress) {
            Double fraction = progress.fraction();
            String share = fraction == null ? "" : String.format("%3d%% ", Math.round(fraction * 100));
            terminal.progress(share + progress.message());
        } else if (event instanceof Event.State now && now.state() == RunState.SUBMITTED && position > 0) {
            terminal.progress("waiting for its time");
        }
    }

    private static boolean waits(RunState state) {
        return state == RunState.INPUT_REQUIRED || state == RunState.AUTH_REQUIRED;
    }

    private boolean answered(Run run) {
        if (terminal.json()
                || !surroundings.outIsTerminal()
                || !surroundings.keyboard().isTerminal()) {
            return false;
        }
        terminal.endProgress();
        run.question().ifPresent(question -> Replies.print("", question, terminal));
        surroundings.out().print("> ");
        surroundings.out().flush();
        surroundings.stop().hold(false);
        String answer = surroundings.keyboard().line();
        surroundings.stop().hold(true);
        if (answer == null || answer.isBlank()) {
            return false;
        }
        run.input(Message.user(answer));
        return true;
    }

    private void printQuestion(Run run, Map<String, @Nullable Object> view, String more) {
        Optional<Message> question = run.question();
        if (terminal.json()) {
            view.put("state", JsonView.lower(run.state()));
            question.ifPresent(asked -> view.put("question", asked));
            terminal.object(view);
        } else {
            question.ifPresent(asked -> Replies.print("", asked, terminal));
            terminal.hint("The run waits for an answer. Give it with");
            terminal.command("copilot runs resume " + run.id() + " TEXT" + options.repeated() + more);
        }
    }

    private void printReply(AgentReply reply, Map<String, @Nullable Object> view) {
        if (terminal.json()) {
            view.put("text", reply.text());
            reply.message().data().ifPresent(said -> view.put("data", said));
            view.put("message", reply.message());
            terminal.object(view);
        } else {
            Replies.print("", reply.message(), terminal);
        }
    }

    private static AgentReply reply(Run run) throws InterruptedException {
        try {
            return run.reply().toCompletableFuture().get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof CopilotException known) {
                throw known;
            }
            throw new IllegalStateException("the run ended in an unexpected way", failed.getCause());
        }
    }
}
