package org.copilotframework.example.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.copilotframework.api.agent.Agent;
import org.copilotframework.api.agent.AgentContext;
import org.copilotframework.api.agent.AgentInfo;
import org.copilotframework.api.agent.AgentReply;
import org.copilotframework.api.agent.AgentRequest;
import org.copilotframework.api.agent.Execution;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.CanceledException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.NotFoundException;
import org.copilotframework.api.plugin.PluginContext;
import org.jspecify.annotations.Nullable;

/**
 * Answers a question with what stands in a folder of documents. The request's text is the question; the reply has a text with
 * quotations and where they stand, and the same as data. The first question of a tenant makes the index, later ones only read
 * what has changed since.
 */
@AgentInfo(
        name = "docs",
        description =
                "Answers questions from a folder of Markdown, text and PDF files, word for word, with file and line.",
        execution = Execution.CPU)
public final class DocsAgent implements Agent {
    /** How many tenants' indexes stay in memory; the others are read from their blobs again when they are needed. */
    private static final int TENANTS_IN_MEMORY = 8;

    private static final int MAX_QUESTION = 10_000;

    private final Map<TenantId, TenantIndex> tenants = Collections.synchronizedMap(new LastUsed());
    private @Nullable Engine engine;

    private record Engine(DocsSettings settings, MiniLm model) {}

    @Override
    public void start(PluginContext plugin) throws IOException, InterruptedException {
        DocsSettings settings = plugin.settings(DocsSettings.class);
        if (!Files.isDirectory(settings.folder())) {
            throw new InvalidRequestException(
                    "copilot.plugin." + plugin.plugin().id() + ".folder: there is no folder " + settings.folder()
                            + "; make it, or name the folder with the documents");
        }
        int threads = settings.threads().orElse(Runtime.getRuntime().availableProcessors());
        engine = new Engine(settings, MiniLm.open(plugin.workDirectory(), threads));
    }

    @Override
    public AgentReply handle(AgentRequest request, AgentContext context) throws IOException, InterruptedException {
        Engine with = Objects.requireNonNull(engine, "started");
        String question = question(request);
        TenantId tenant = context.caller().tenant();
        Folder folder =
                Folder.open(folderOf(tenant, with.settings()), with.settings().limits());
        TenantIndex.Current current = tenants.computeIfAbsent(tenant, key -> new TenantIndex())
                .upToDate(new Indexer(with.model()), folder, context);
        if (context.cancelled()) {
            throw new CanceledException("The question was taken back; what was read so far is kept for the next one");
        }
        return Reply.to(new Answers(with.model()).to(question, current.search()), current);
    }

    private static String question(AgentRequest request) {
        String question = request.text().strip();
        if (question.isEmpty() || question.length() > MAX_QUESTION) {
            throw new InvalidRequestException(
                    "text: ask a question of 1 to " + MAX_QUESTION + " characters, this has " + question.length());
        }
        return question;
    }

    private static Path folderOf(TenantId tenant, DocsSettings settings) throws IOException {
        if (!settings.folderPerTenant()) {
            return settings.folder();
        }
        Path own = settings.folder().resolve(tenant.value());
        // By its real name: where case does not count, "Acme" would be given the folder of "acme"; and no link to
        // another's.
        if (!Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)
                || !own.toRealPath(LinkOption.NOFOLLOW_LINKS).endsWith(tenant.value())) {
            throw new NotFoundException("There are no documents for the tenant " + tenant);
        }
        return own;
    }

    @Override
    public void stop() throws InterruptedException {
        Engine ended = engine;
        if (ended != null) {
            engine = null;
            tenants.clear();
            ended.model().close();
        }
    }

    private static final class LastUsed extends LinkedHashMap<TenantId, TenantIndex> {
        private static final long serialVersionUID = 1;

        LastUsed() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<TenantId, TenantIndex> eldest) {
            return size() > TENANTS_IN_MEMORY;
        }
    }
}
