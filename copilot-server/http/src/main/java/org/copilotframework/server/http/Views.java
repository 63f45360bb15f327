package org.copilotframework.server.http;

import java.util.List;
import java.util.Optional;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.Execution;
import org.copilotframework.api.client.CatalogueEntry;
import org.copilotframework.api.message.Message;
import org.copilotframework.api.message.Role;
import org.copilotframework.api.plugin.PluginRef;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.Turn;
import org.copilotframework.api.spi.authentication.Credential;
import org.copilotframework.api.spi.authentication.IssuedCredential;
import org.copilotframework.api.spi.blob.BlobEntry;
import org.copilotframework.core.DeletedSession;
import org.copilotframework.core.Health;
import org.copilotframework.core.PluginChange;
import org.copilotframework.core.PluginKind;
import org.copilotframework.core.PluginState;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.RunSummary;
import org.copilotframework.core.SessionSummary;
import org.jspecify.annotations.Nullable;

/** How things look in JSON. */
final class Views {
    /** The name of the schema of messages, which core writes. */
    static final String MESSAGE = "Message";

    static final View<PluginRef> PLUGIN_REF = View.<PluginRef>of("PluginRef")
            .text("id", "The plugin.", PluginRef::id)
            .text("version", "Its version.", PluginRef::version);

    static final View<CatalogueEntry> AGENT = View.<CatalogueEntry>of("Agent")
            .text(
                    "name",
                    "The name by which it is called.",
                    entry -> entry.agent().name())
            .text("description", "What it does.", entry -> entry.agent().description())
            .oneOf(
                    "execution",
                    Execution.class,
                    "How it uses its thread.",
                    entry -> entry.agent().execution())
            .always(
                    "needsApproval",
                    Schema.said(
                            Schema.truth(),
                            "Whether a user should approve what it does, when a model chose to call it."),
                    entry -> entry.agent().needsApproval())
            .maybe(
                    "plugin",
                    Schema.reference(PLUGIN_REF.name()),
                    entry -> entry.plugin().map(PLUGIN_REF::of))
            .maybe(
                    "inputSchema",
                    Schema.said(
                            Schema.any(),
                            "JSON Schema (2020-12) of the data it takes; not there if it takes any message."),
                    CatalogueEntry::inputSchema)
            .maybe(
                    "outputSchema",
                    Schema.said(
                            Schema.any(),
                            "JSON Schema (2020-12) of the data it gives; not there if it gives any message."),
                    CatalogueEntry::outputSchema);

    static final View<AgentReply> REPLY = View.<AgentReply>of("Reply")
            .oneOf(
                    "state",
                    RunState.class,
                    "What comes of the run by this: completed, or what it waits for.",
                    AgentReply::state)
            .always("message", Schema.reference(MESSAGE), AgentReply::message)
            .maybe(
                    "run",
                    Schema.said(Schema.text(), "The run that is suspended."),
                    reply -> reply.run().map(RunId::value))
            .maybe(
                    "resumesAt",
                    Schema.said(Schema.time(), "When the run goes on by itself."),
                    reply -> reply.resumesAt().map(Object::toString));

    static final View<RunSummary> RUN = View.<RunSummary>of("Run")
            .text("id", "The run.", run -> run.id().value())
            .text("agent", "The agent's name.", RunSummary::agent)
            .maybe(
                    "session",
                    Schema.said(Schema.text(), "The session it belongs to."),
                    run -> run.session().map(Object::toString))
            .oneOf("state", RunState.class, "Where it stands.", RunSummary::state)
            .whole("activation", "The activation it is in, or comes next.", run -> (long) run.activation())
            .time("created", "When it was stored first.", RunSummary::created)
            .time("changed", "When it was changed last.", RunSummary::changed)
            .maybe(
                    "due",
                    Schema.said(Schema.time(), "When it is taken up next; while it is at work, until when it is held."),
                    run -> run.due().map(Object::toString));

    static final View<SessionSummary> SESSION = View.<SessionSummary>of("Session")
            .text("id", "The session.", session -> session.id().value())
            .whole("version", "The version of its last turn.", SessionSummary::version)
            .whole("first", "The version of the oldest turn that is kept.", SessionSummary::first)
            .time("changed", "When the last turn was added.", SessionSummary::changed);

    static final View<Turn> TURN = View.<Turn>of("Turn")
            .text("id", "The activation that made it.", Turn::id)
            .whole("version", "1 for the session's first turn, then one more each.", Turn::version)
            .time("time", "When it was made.", Turn::time)
            .text("agent", "The agent's name.", Turn::agent)
            .always("request", Schema.reference(MESSAGE), Turn::request)
            .always("reply", Schema.reference(MESSAGE), Turn::reply);

    static final View<DeletedSession> DELETED_SESSION = View.<DeletedSession>of("DeletedSession")
            .whole("runs", "How many runs that belonged to it were deleted.", DeletedSession::runs);

    static final View<PluginStatus> PLUGIN = View.<PluginStatus>of("Plugin")
            .text("id", "The plugin.", PluginStatus::id)
            .oneOf("kind", PluginKind.class, "What it brings.", PluginStatus::kind)
            .text("version", "Its version; empty if its archive tells none.", PluginStatus::version)
            .text("digest", "The SHA-256 of its archive; empty if it could not be read.", PluginStatus::digest)
            .oneOf("state", PluginState.class, "Its state.", PluginStatus::state)
            .texts("agents", "The names of its agents.", PluginStatus::agents)
            .maybe(
                    "reason",
                    Schema.said(Schema.text(), "Why it failed, or a newer version of it does not serve."),
                    plugin -> Optional.of(plugin.reason()).filter(reason -> !reason.isEmpty()))
            .text("origin", "Where it came from.", PluginStatus::origin)
            .time("since", "When it came into this state.", PluginStatus::since)
            .texts("warnings", "What was found in its archive that does no harm now.", PluginStatus::warnings);

    static final View<PluginChange> CHANGE = View.<PluginChange>of("PluginChange")
            .text("id", "The plugin.", PluginChange::id)
            .oneOf("change", PluginChange.Kind.class, "What was done.", PluginChange::kind)
            .maybe(
                    "from",
                    Schema.said(Schema.text(), "The version that served before."),
                    change -> Optional.ofNullable(change.from()))
            .maybe(
                    "to",
                    Schema.said(Schema.text(), "The version that serves now."),
                    change -> Optional.ofNullable(change.to()))
            .texts("agents", "The names of the agents that serve now.", PluginChange::agents)
            .texts("reloaded", "Other plugins that depend on it and were loaded anew.", PluginChange::reloaded)
            .texts("warnings", "What was found in its archive that does no harm now.", PluginChange::warnings)
            .whole(
                    "elapsedMillis",
                    "How long it took.",
                    change -> change.elapsed().toMillis());

    static final View<Credential> KEY = View.<Credential>of("Key")
            .text("id", "Its public part.", Credential::id)
            .text("subject", "Who acts by it.", key -> key.order().subject())
            .text("tenant", "On whose behalf.", key -> key.order().tenant().value())
            .texts(
                    "scopes",
                    "What it grants.",
                    key -> key.order().scopes().stream().sorted().toList())
            .maybe(
                    "expires",
                    Schema.said(Schema.time(), "When it ends."),
                    key -> Optional.ofNullable(key.order().expires()).map(Object::toString))
            .maybe(
                    "perMinute",
                    Schema.said(Schema.whole(), "How many requests a minute are let in with it."),
                    key -> Optional.ofNullable(key.order().perMinute()))
            .time("created", "When it was made.", Credential::created)
            .time("rotated", "When it got its present secret.", Credential::rotated);

    static final View<IssuedCredential> ISSUED = View.<IssuedCredential>of("IssuedKey")
            .always("key", Schema.reference(KEY.name()), issued -> KEY.of(issued.credential()))
            .text("secret", "The whole text that a client sends. It is told this once only.", IssuedCredential::secret);

    static final View<Health.Part> PART = View.<Health.Part>of("HealthPart")
            .text("name", "The part.", Health.Part::name)
            .oneOf("status", Health.Status.class, "How it is.", Health.Part::status)
            .maybe(
                    "reason",
                    Schema.said(Schema.text(), "Why it is not well."),
                    part -> Optional.of(part.reason()).filter(reason -> !reason.isEmpty()));

    static final View<BlobEntry> BLOB_ENTRY = View.<BlobEntry>of("BlobEntry")
            .text("name", "Its name.", BlobEntry::name)
            .whole("size", "Its size in bytes.", BlobEntry::size)
            .time("modified", "When it was written.", BlobEntry::modified);

    /** Those that others refer to. */
    static final List<View<?>> SHARED = List.of(
            PLUGIN_REF,
            AGENT,
            REPLY,
            RUN,
            SESSION,
            TURN,
            DELETED_SESSION,
            PLUGIN,
            CHANGE,
            KEY,
            ISSUED,
            PART,
            BLOB_ENTRY);

    private Views() {}

    /** A page of a list, and where the next one begins. */
    record Page<T>(List<T> elements, @Nullable Object next) {
        /** A page of those that were asked for; if there are fewer of them, it is the last one. */
        static <T> Page<T> of(List<T> elements, int limit, java.util.function.Function<T, ?> position) {
            boolean more = elements.size() == limit;
            return new Page<>(elements, more ? position.apply(elements.get(elements.size() - 1)) : null);
        }
    }

    static <T> View<Page<T>> page(String name, String property, View<T> elements, String nextSays) {
        return View.<Page<T>>of(name)
                .list(property, elements, "In order.", Page::elements)
                .maybe("next", Schema.said(Schema.any(), nextSays), page -> Optional.ofNullable(page.next()));
    }

    static <T> View<List<T>> all(String name, String property, View<T> elements) {
        return View.<List<T>>of(name).list(property, elements, "In order.", list -> list);
    }

    /** The form of a message: core reads and writes it, and refuses what is not so. */
    static java.util.Map<String, @Nullable Object> messageSchema() {
        java.util.Map<String, java.util.Map<String, @Nullable Object>> file = new java.util.LinkedHashMap<>();
        file.put("name", Schema.said(Schema.text(), "For a person; not a path."));
        file.put("mediaType", Schema.text());
        file.put("bytes", Schema.with(Schema.text(), "contentEncoding", "base64"));
        file.put("uri", Schema.with(Schema.text(), "format", "uri-reference"));
        java.util.Map<String, java.util.Map<String, @Nullable Object>> part = new java.util.LinkedHashMap<>();
        part.put("text", Schema.text());
        part.put("data", Schema.any());
        part.put("file", Schema.object(file, List.of("name", "mediaType")));
        java.util.Map<String, @Nullable Object> parts = Schema.list(Schema.said(
                Schema.with(Schema.with(Schema.object(part, List.of()), "minProperties", 1L), "maxProperties", 1L),
                "One of text, data and file; a file has either bytes or a uri."));
        java.util.Map<String, java.util.Map<String, @Nullable Object>> message = new java.util.LinkedHashMap<>();
        message.put("role", Schema.oneOf(Role.class));
        message.put("parts", Schema.with(Schema.with(parts, "minItems", 1L), "maxItems", (long) Message.MAX_PARTS));
        return Schema.object(message, List.of("role", "parts"));
    }
}
