package org.copilotframework.testkit;

import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.run.Run;

/**
 * Assertions on what an orchestrator gives, beside all those of AssertJ: one static import is enough.
 *
 * <pre>{@code
 * assertThat(client.invoke("hello", "world")).hasText("Hello, world!");
 * assertThat(client.submit(request)).hasProgress("reading").endsIn(RunState.COMPLETED);
 * assertThatFailureOf(() -> client.invoke("nobody", "world")).hasCode(ErrorCode.NOT_FOUND);
 * }</pre>
 */
public final class CopilotAssertions extends Assertions {
    private CopilotAssertions() {}

    /**
     * Begins an assertion on a reply.
     *
     * @param reply the reply
     * @return the assertion
     */
    public static AgentReplyAssert assertThat(AgentReply reply) {
        return new AgentReplyAssert(reply);
    }

    /**
     * Begins an assertion on a submitted run.
     *
     * @param run the run; the assertion waits for what it speaks of
     * @return the assertion
     */
    public static RunAssert assertThat(Run run) {
        return new RunAssert(run);
    }

    /**
     * Begins an assertion on an error of the orchestrator.
     *
     * @param failure the error
     * @return the assertion
     */
    public static CopilotExceptionAssert assertThat(CopilotException failure) {
        return new CopilotExceptionAssert(failure);
    }

    /**
     * Makes a call that must fail with an error of the orchestrator.
     *
     * @param call the call
     * @return an assertion on the error
     * @throws AssertionError if the call succeeds, or throws anything else
     */
    public static CopilotExceptionAssert assertThatFailureOf(ThrowingCallable call) {
        Throwable thrown = catchThrowable(call);
        if (thrown instanceof CopilotException failure) {
            return new CopilotExceptionAssert(failure);
        }
        throw new AssertionError(
                "the call was expected to fail with a CopilotException, but "
                        + (thrown == null ? "it succeeded" : "threw " + thrown),
                thrown);
    }
}
