package org.copilotframework.testkit;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.copilotframework.api.caller.Caller;
import org.copilotframework.api.client.Client;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.core.PluginCheck;
import org.copilotframework.core.PluginStatus;
import org.copilotframework.core.Plugins;
import org.copilotframework.core.UncollectedPlugin;

/** Checks of a plugin's archive, each in one line. */
public final class PluginChecks {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private PluginChecks() {}

    /**
     * Checks that a host would accept the archive, without running any of its code.
     *
     * @param archive a JAR or ZIP, such as {@link PluginUnderTest#archive()}
     * @return what is known of it, its warnings included
     * @throws AssertionError if a host would refuse it, with all that is wrong
     */
    public static PluginCheck assertPackaged(Path archive) {
        try (TemporaryOrchestrator host = TemporaryOrchestrator.start(builder -> {})) {
            return host.orchestrator().plugins().verify(archive);
        } catch (InvalidRequestException refused) {
            throw new AssertionError(refused.getMessage(), refused);
        }
    }

    /**
     * Checks that a plugin leaves nothing behind: installs it, uses it, removes it, and waits until its classes are gone from
     * memory.
     *
     * @param archive a JAR or ZIP, such as {@link PluginUnderTest#archive()}
     * @param use calls the plugin's agents; must not keep anything of the plugin
     * @throws AssertionError if the plugin is refused, does not start, or is still at work after 20 seconds or in memory after 20 more; with
     *     what holds it, as far as that can be seen
     */
    public static void assertUnloads(Path archive, Consumer<Client> use) {
        assertUnloads(archive, use, PATIENCE);
    }

    static void assertUnloads(Path archive, Consumer<Client> use, Duration patience) {
        try (TemporaryOrchestrator host =
                TemporaryOrchestrator.start(builder -> builder.setting("copilot.plugins.drain-timeout", "5s"))) {
            Plugins plugins = host.orchestrator().plugins();
            String id = install(plugins, archive);
            use.accept(host.orchestrator().forCaller(Caller.of("test", "tester")));
            plugins.remove(id);
            awaitGone(plugins, id, patience);
        }
    }

    private static String install(Plugins plugins, Path archive) {
        try {
            return plugins.install(archive).id();
        } catch (InvalidRequestException refused) {
            throw new AssertionError(refused.getMessage(), refused);
        }
    }

    private static void awaitGone(Plugins plugins, String id, Duration patience) {
        long start = System.nanoTime();
        // What is still at work is given its time; what is left in memory is asked for from then on.
        long drained = start;
        while (!gone(plugins)) {
            long now = System.nanoTime();
            boolean draining = !plugins.list().isEmpty();
            if (draining) {
                drained = now;
            }
            if (draining ? now - start > PATIENCE.toNanos() : now - drained > patience.toNanos()) {
                throw new AssertionError(whatIsLeft(plugins, id));
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while plugin " + id + " was unloaded", interrupted);
            }
        }
    }

    private static boolean gone(Plugins plugins) {
        System.gc();
        return plugins.list().isEmpty() && plugins.uncollected().isEmpty();
    }

    private static String whatIsLeft(Plugins plugins, String id) {
        List<PluginStatus> draining = plugins.list();
        if (!draining.isEmpty()) {
            return "plugin " + id
                    + " was removed, but is not unloaded: a call of it has not ended; see that handle() returns"
                    + " soon after context.cancelled() turns true";
        }
        List<String> causes = plugins.uncollected().stream()
                .map(UncollectedPlugin::causes)
                .flatMap(List::stream)
                .toList();
        return "plugin " + id + " was unloaded, but its classes are still in memory: "
                + (causes.isEmpty()
                        ? "nothing was seen that holds them, and no garbage collection has taken them so far"
                        : "held by " + String.join(", ", causes) + "; end these in stop(), and see that the test itself"
                                + " keeps nothing of the plugin");
    }
}
