package org.copilotframework.core;

import org.copilotframework.core.call.CallLimits;
import org.copilotframework.core.call.WorkerLimits;
import org.copilotframework.core.call.Workers;
import org.copilotframework.core.plugin.PluginHostOptions;
import org.copilotframework.core.run.RunLimits;
import org.copilotframework.core.settings.CopilotSettings;
import org.copilotframework.core.settings.InvokeSettings;
import org.copilotframework.core.settings.PluginSettings;
import org.copilotframework.core.settings.RunSettings;
import org.copilotframework.core.settings.SessionSettings;
import org.copilotframework.core.settings.WorkerSettings;

/** What the settings allow, as the parts of core are told it: none of them knows the settings. */
final class Bounds {
    private Bounds() {}

    static CallLimits calls(CopilotSettings settings) {
        InvokeSettings invoke = settings.invoke();
        return new CallLimits(
                invoke.timeout(),
                invoke.maxTimeout(),
                invoke.cancelGrace(),
                invoke.messageBytes().bytes(),
                invoke.maxDepth(),
                invoke.callsPerRun(),
                invoke.concurrency(),
                invoke.agentConcurrency(),
                invoke.queue(),
                invoke.sessionQueue(),
                invoke.events(),
                invoke.eventBytes().bytes(),
                invoke.runsKept(),
                invoke.openFiles(),
                invoke.idempotencyTtl());
    }

    static RunLimits runs(CopilotSettings settings) {
        RunSettings runs = settings.runs();
        SessionSettings sessions = settings.sessions();
        return new RunLimits(
                runs.lease(),
                runs.pollInterval(),
                runs.inputTimeout(),
                runs.agentTimeout(),
                runs.keep(),
                runs.maxAttempts(),
                runs.taken(),
                sessions.keepTurns(),
                sessions.maxIdle().orElse(null));
    }

    static Workers workers(CopilotSettings settings) {
        WorkerSettings workers = settings.workers();
        int cpu = workers.cpuThreads() == 0 ? Runtime.getRuntime().availableProcessors() : workers.cpuThreads();
        WorkerLimits limits = new WorkerLimits(workers.threads(), workers.queue(), cpu, workers.queue());
        return new Workers(limits, workers.virtual() == WorkerSettings.Virtual.AUTO);
    }

    static PluginHostOptions plugins(CopilotSettings settings) {
        PluginSettings plugins = settings.plugins();
        return new PluginHostOptions(
                plugins.startTimeout(),
                plugins.startTimeout().dividedBy(2),
                plugins.stopTimeout(),
                plugins.drainTimeout(),
                plugins.pollInterval(),
                plugins.manifestInterval(),
                plugins.keepVersions(),
                plugins.waitingCalls(),
                Math.max(2, Runtime.getRuntime().availableProcessors()));
    }
}
