package org.copilotframework.testkit;

import org.assertj.core.api.AbstractThrowableAssert;
import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.error.ErrorCode;

/** Assertions on an error of the orchestrator, beside those on any exception. */
public final class CopilotExceptionAssert extends AbstractThrowableAssert<CopilotExceptionAssert, CopilotException> {
    CopilotExceptionAssert(CopilotException failure) {
        super(failure, CopilotExceptionAssert.class);
    }

    /**
     * Checks the error's code.
     *
     * @param code the code it must have
     * @return this assertion
     */
    public CopilotExceptionAssert hasCode(ErrorCode code) {
        isNotNull();
        if (actual.code() != code) {
            throw failureWithActualExpected(
                    actual.code(),
                    code,
                    "the error has the code %s, not %s: %s",
                    actual.code(),
                    code,
                    actual.getMessage());
        }
        return this;
    }

    /**
     * Checks that the same call may succeed later.
     *
     * @return this assertion
     */
    public CopilotExceptionAssert isRetryable() {
        isNotNull();
        if (!actual.retryable()) {
            throw failure("the error is not retryable: %s", actual.getMessage());
        }
        return this;
    }
}
