package org.copilotframework.server.http;

import org.copilotframework.api.error.CopilotException;
import org.copilotframework.api.spi.audit.AuditEntry.Outcome;
import org.copilotframework.core.Access;

/**
 * A change, and what is kept of it: before it is done that it begins, so that nothing is done which nobody knows of; and then what
 * came of it, which changes nothing any more about the answer.
 */
final class Deed {
    private final Access access;
    private final Route route;
    private final Exchange exchange;

    Deed(Access access, Route route, Exchange exchange) {
        this.access = access;
        this.route = route;
        this.exchange = exchange;
    }

    /**
     * Does it.
     *
     * @throws org.copilotframework.api.error.UnavailableException if it cannot be audited; then it is not done
     */
    Answer commit() throws Exception {
        String target = route.target().apply(exchange);
        access.audit(exchange.who(), route.guard().scope(), target, Outcome.BEGUN, words());
        Answer answer;
        try {
            answer = route.handler().handle(exchange);
        } catch (CopilotException refused) {
            ended(target, Outcome.FAILED, refused.code().code());
            throw refused;
        } catch (Refusal refused) {
            ended(target, Outcome.FAILED, "status " + refused.status());
            throw refused;
        } catch (Exception | Error fault) {
            ended(target, Outcome.FAILED, "internal");
            throw fault;
        }
        ended(target, answer.status() < 400 ? Outcome.ALLOWED : Outcome.FAILED, words());
        return answer;
    }

    private String words() {
        return route.method() + " " + route.path();
    }

    private void ended(String target, Outcome outcome, String detail) {
        String more = exchange.detail();
        access.ended(
                exchange.who(),
                route.guard().scope(),
                exchange.target().orElse(target),
                outcome,
                more.isEmpty() ? detail : detail + ": " + more);
    }
}
