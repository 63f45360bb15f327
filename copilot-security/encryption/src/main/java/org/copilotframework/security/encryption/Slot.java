package org.copilotframework.security.encryption;

import java.util.List;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.session.SessionId;

/**
 * The place of a payload in a store, to which its ciphertext is bound.
 *
 * @param kind what lies there
 * @param parts what tells it from others of its kind, within its tenant
 */
record Slot(String kind, List<String> parts) {
    static Slot turn(SessionId session, long version, String id) {
        return new Slot("turn", List.of(session.value(), Long.toString(version), id));
    }

    static Slot state(SessionId session, String key) {
        return new Slot("state", List.of(session.value(), key));
    }

    static Slot input(RunId run) {
        return new Slot("input", List.of(run.value()));
    }

    static Slot detail(RunId run) {
        return new Slot("detail", List.of(run.value()));
    }

    static Slot step(RunId run, String key) {
        return new Slot("step", List.of(run.value(), key));
    }

    static Slot event(RunId run, long position) {
        return new Slot("event", List.of(run.value(), Long.toString(position)));
    }

    static Slot value(String key) {
        return new Slot("value", List.of(key));
    }

    static Slot message(String topic, String key) {
        return new Slot("message", List.of(topic, key));
    }

    byte[] bound(TenantId tenant, TenantKey key) {
        Bound bound = Bound.to(kind).and(tenant.value()).and(key.id());
        parts.forEach(bound::and);
        return bound.bytes();
    }

    /** For messages. */
    String named(TenantId tenant) {
        return kind + " " + String.join("/", parts) + " of tenant '" + tenant + "'";
    }
}
