package org.copilotframework.app;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.audit.AuditEntry;
import org.copilotframework.core.StoredAudit.Kept;
import org.copilotframework.core.StoredData;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@picocli.CommandLine.Command(
        name = "audit",
        description = "Shows who did what over HTTP and by commands, and who was not let do what, the latest first.")
final class AuditCommand extends DataCommand {
    @Option(
            names = "--tenant",
            paramLabel = "NAME",
            description = "Show what was done to this tenant's only (default: all).")
    private @Nullable String tenant;

    @Option(
            names = "--since",
            paramLabel = "WHEN",
            description = "Show what is not older, such as 24h, 7d or 2027-01-31.")
    private @Nullable String since;

    @Mixin
    private final PageOptions page = new PageOptions();

    AuditCommand(Surroundings surroundings, CommonOptions options) {
        super(surroundings, options);
    }

    @Override
    void check() {
        page.limit();
        begin();
    }

    private @Nullable Instant begin() {
        return since == null ? null : Times.back("--since", since, Instant.now());
    }

    @Override
    void run(StoredData data, Terminal terminal) {
        Instant begin = begin();
        TenantId of = tenant == null ? null : new TenantId(tenant);
        List<Kept> kept = data.audit().list(of, page.after, page.limit()).stream()
                .filter(one -> begin == null || !one.entry().time().isBefore(begin))
                .toList();
        if (terminal.json()) {
            Map<String, @Nullable Object> view = JsonView.list("entries", kept, AuditCommand::view);
            page.endPage(kept, Kept::place, view);
            terminal.object(view);
        } else if (kept.isEmpty()) {
            terminal.say("Nothing was audited.");
        } else {
            terminal.table(
                    List.of("TIME", "OUTCOME", "WHO", "FROM", "TENANT", "ACTION", "TARGET", "WHY"),
                    kept.stream().map(one -> row(one.entry())).toList());
            page.endPage(kept, Kept::place, terminal);
        }
    }

    private static List<String> row(AuditEntry entry) {
        String who = Stream.of(entry.subject(), entry.credential())
                .filter(one -> !one.isEmpty())
                .collect(Collectors.joining(" by "));
        TenantId tenant = entry.tenant();
        return Stream.of(
                        Times.shown(entry.time()),
                        JsonView.lower(entry.outcome()),
                        who,
                        entry.remote(),
                        tenant == null ? "" : tenant.value(),
                        entry.action(),
                        entry.target(),
                        entry.detail())
                .map(one -> one.isEmpty() ? "-" : Terminal.onOneLine(one))
                .toList();
    }

    private static Map<String, @Nullable Object> view(Kept kept) {
        AuditEntry entry = kept.entry();
        TenantId tenant = entry.tenant();
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("place", kept.place());
        view.put("time", entry.time().toString());
        view.put("outcome", JsonView.lower(entry.outcome()));
        view.put("subject", entry.subject());
        view.put("credential", entry.credential());
        if (tenant != null) {
            view.put("tenant", tenant.value());
        }
        view.put("action", entry.action());
        view.put("target", entry.target());
        view.put("remote", entry.remote());
        view.put("detail", entry.detail());
        return view;
    }
}
