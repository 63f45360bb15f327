package org.copilotframework.app;

import java.util.LinkedHashMap;
import java.util.Map;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.core.Nodes;
import org.copilotframework.core.PluginChange;
import org.copilotframework.core.PluginCheck;
import org.copilotframework.core.PluginPublication;
import org.copilotframework.core.PluginSigner;
import org.copilotframework.core.PluginStatus;
import org.jspecify.annotations.Nullable;

/** How plugins look in JSON, what is done with them, and which nodes serve which. */
final class PluginView {
    private PluginView() {}

    static Map<String, @Nullable Object> plugin(PluginRef plugin) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", plugin.id());
        view.put("version", plugin.version());
        return view;
    }

    static Map<String, @Nullable Object> plugin(PluginStatus status) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", status.id());
        view.put("kind", JsonView.lower(status.kind()));
        view.put("version", status.version());
        view.put("digest", status.digest());
        view.put("state", JsonView.lower(status.state()));
        view.put("agents", status.agents());
        if (!status.reason().isEmpty()) {
            view.put("reason", status.reason());
        }
        view.put("origin", status.origin());
        view.put("since", status.since().toString());
        view.put("warnings", status.warnings());
        return view;
    }

    static Map<String, @Nullable Object> change(PluginChange change) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", change.id());
        view.put("change", JsonView.lower(change.kind()));
        view.put("from", change.from());
        view.put("to", change.to());
        view.put("agents", change.agents());
        view.put("reloaded", change.reloaded());
        view.put("warnings", change.warnings());
        view.put("elapsedMillis", change.elapsed().toMillis());
        return view;
    }

    static Map<String, @Nullable Object> check(PluginCheck check) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("id", check.id());
        view.put("kind", JsonView.lower(check.kind()));
        view.put("version", check.version());
        view.put("digest", check.digest());
        view.put("extensions", check.extensions());
        view.put("signers", check.signers().stream().map(PluginView::signer).toList());
        view.put("warnings", check.warnings());
        return view;
    }

    private static Map<String, @Nullable Object> signer(PluginSigner signer) {
        Map<String, @Nullable Object> view = new LinkedHashMap<>();
        view.put("name", signer.name());
        view.put("certificate", signer.certificate());
        view.put("expires", signer.expires().toString());
        signer.stamped().ifPresent(time -> view.put("stamped", time.toString()));
        view.put("trusted", signer.trusted());
        return view;
    }

    static Map<String, @Nullable Object> publication(PluginPublication publication) {
        Map<String, @Nullable Object> view = JsonView.list("changes", publication.changes(), change -> {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("id", change.id());
            one.put("from", change.from());
            one.put("to", change.to());
            return one;
        });
        view.put("revision", publication.revision());
        return view;
    }

    static Map<String, @Nullable Object> nodes(Nodes nodes) {
        Map<String, @Nullable Object> view = JsonView.list("nodes", nodes.all(), PluginView::node);
        view.putAll(JsonView.list("differences", nodes.differences(), PluginView::difference));
        return view;
    }

    private static Map<String, @Nullable Object> node(Nodes.Node node) {
        Map<String, @Nullable Object> view = JsonView.list("plugins", node.plugins(), plugin -> {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("id", plugin.id());
            one.put("version", plugin.version());
            one.put("digest", plugin.digest());
            one.put("state", JsonView.lower(plugin.state()));
            return one;
        });
        view.put("name", node.name());
        return view;
    }

    private static Map<String, @Nullable Object> difference(Nodes.Difference difference) {
        Map<String, @Nullable Object> view = JsonView.list("sides", difference.sides(), side -> {
            Map<String, @Nullable Object> one = new LinkedHashMap<>();
            one.put("version", side.version());
            one.put("digest", side.digest());
            one.put("nodes", side.nodes());
            return one;
        });
        view.put("id", difference.id());
        return view;
    }
}
