package org.copilotframework.security.aws;

import java.nio.file.Path;
import org.copilotframework.core.Health;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;

/** Hosts whose keys are wrapped, and whose secrets are kept, by the fake of AWS; each place in the folder is a home. */
record Host(FakeAws aws, Path folder) {
    OrchestratorBuilder at(String place) {
        return Orchestrator.builder().home(folder.resolve(place));
    }

    /** With an encrypted database, and an agent that remembers. */
    OrchestratorBuilder encrypted(String place) {
        return at(place)
                .setting(
                        "copilot.storage.url", "sqlite:" + folder.resolve(place).resolve("copilot.db"))
                .setting("copilot.encryption.provider", "aead")
                .agent(new Recall());
    }

    /** The same, with keys of KMS. */
    OrchestratorBuilder wrappingKeys(String place, String key) {
        return encrypted(place)
                .setting("copilot.encryption.key-wrapper", "kms")
                .setting("copilot.encryption.kms.key-id", key)
                .setting("copilot.encryption.kms.endpoint", aws.endpoint().toString())
                .setting("copilot.encryption.kms.timeout", "1m");
    }

    OrchestratorBuilder readingSecrets(OrchestratorBuilder builder) {
        return builder.setting("copilot.secrets.sources", "env,aws")
                .setting("copilot.secrets.aws.endpoint", aws.endpoint().toString())
                .setting("copilot.secrets.aws.timeout", "1m");
    }

    /** What a host says of a part of itself. */
    static Health.Part health(Orchestrator copilot, String name) {
        return copilot.health().parts().stream()
                .filter(part -> part.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
