package org.copilotframework.app;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.copilotframework.api.error.AgentFailedException;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.ErrorCode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what goes wrong into a message and an exit status. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {
    /** The status of a fault that is not in the tree of errors. */
    private static final int FAULT = 1;

    private final Surroundings surroundings;
    private final CommonOptions options;

    Failures(Surroundings surroundings, CommonOptions options) {
        this.surroundings = surroundings;
        this.options = options;
    }

    /** A wrong command line. */
    @Override
    public int handleParseException(ParameterException wrong, String[] args) {
        ErrorCode code = ErrorCode.INVALID_REQUEST;
        List<String> near =
                wrong instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
        String message = String.valueOf(wrong.getMessage())
                + (near.isEmpty()
                        ? ""
                        : "; did you mean " + String.join(", ", near.subList(0, Math.min(3, near.size()))) + "?");
        if (asksForJson(args)) {
            printObject(JsonView.error(code.code(), message));
        } else {
            Terminal terminal = new Terminal(surroundings, false);
            terminal.error(message);
            CommandLine command = wrong.getCommandLine();
            boolean commandMissing =
                    !command.getSubcommands().isEmpty() && !(wrong instanceof UnmatchedArgumentException);
            if (commandMissing) {
                command.usage(surroundings.err());
            } else {
                terminal.hint("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
            }
        }
        return code.exitStatus();
    }

    /** An error of a command. */
    @Override
    public int handleExecutionException(Exception error, CommandLine commandLine, @Nullable ParseResult parsed) {
        boolean known = error instanceof CopilotException;
        String message = known ? String.valueOf(error.getMessage()) : faultMessage(error, options.debug);
        String agent = error instanceof AgentFailedException failed ? "agent '" + failed.agent() + "' failed: " : "";
        if (options.json) {
            printObject(known ? JsonView.error((CopilotException) error) : JsonView.error("internal", message));
        } else {
            new Terminal(surroundings, false).error(agent + message);
        }
        if (options.debug) {
            error.printStackTrace(surroundings.err());
        }
        return error instanceof CopilotException copilot ? copilot.code().exitStatus() : FAULT;
    }

    /** What is wrong may stand before --json, which then was not read, so it is looked for. After "--" there are no options. */
    private static boolean asksForJson(String[] args) {
        return Arrays.stream(args)
                .takeWhile(arg -> !arg.equals("--"))
                .anyMatch(arg ->
                        arg.equals("--json") || (arg.startsWith("--json=") && !arg.equalsIgnoreCase("--json=false")));
    }

    private static String faultMessage(Exception error, boolean debug) {
        String words = error.getMessage() == null ? "" : ": " + error.getMessage();
        return error.getClass().getSimpleName() + words + (debug ? "" : " (--debug shows where)");
    }

    private void printObject(Map<String, @Nullable Object> error) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        object.put("error", error);
        new Terminal(surroundings, true).object(object);
    }
}
