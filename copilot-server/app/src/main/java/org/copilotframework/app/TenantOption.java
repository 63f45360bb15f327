package org.copilotframework.app;

import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.caller.TenantId;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whose data a command is about. */
final class TenantOption {
    @Option(names = "--tenant", paramLabel = "NAME", description = "Whose data it is (default: local).")
    private @Nullable String name;

    Caller caller() {
        Caller local = Caller.local();
        return name == null ? local : new Caller(new TenantId(name), local.principal());
    }

    TenantId id() {
        return caller().tenant();
    }

    /** What to add to a command about the same data. */
    String repeated() {
        return name == null ? "" : " --tenant " + name;
    }
}
