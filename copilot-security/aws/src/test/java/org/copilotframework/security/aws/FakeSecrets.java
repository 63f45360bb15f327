package org.copilotframework.security.aws;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.copilotframework.security.aws.FakeAws.Asked;
import org.copilotframework.security.aws.FakeAws.Refusal;
import software.amazon.awssdk.protocols.jsoncore.JsonWriter;

/** Secrets with all their versions, each of which is found by the labels that it has. */
final class FakeSecrets {
    private record Version(String id, String text, boolean binary) {}

    /** A secret: its versions by their labels. */
    static final class Secret {
        private final Map<String, Version> labels = new ConcurrentHashMap<>();
        volatile boolean deleted;

        /** A label is taken off, as from the version before when it shall not be honoured any more. */
        void withoutLabel(String label) {
            labels.remove(label);
        }
    }

    private final Map<String, Secret> secrets = new ConcurrentHashMap<>();

    /** As PutSecretValue does: what was current is the one before. */
    Secret put(String name, String text) {
        return put(name, new Version(UUID.randomUUID().toString(), text, false));
    }

    Secret putBytes(String name, String text) {
        return put(name, new Version(UUID.randomUUID().toString(), text, true));
    }

    private Secret put(String name, Version version) {
        Secret secret = secrets.computeIfAbsent(name, any -> new Secret());
        Version before = secret.labels.put("AWSCURRENT", version);
        if (before != null) {
            secret.labels.put("AWSPREVIOUS", before);
        }
        return secret;
    }

    String answer(Asked asked) {
        if (!asked.action().equals("secretsmanager:GetSecretValue")) {
            throw new Refusal(400, "UnknownOperationException", asked.action());
        }
        Secret secret = secrets.get(asked.named());
        if (secret == null) {
            throw new Refusal(400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
        } else if (secret.deleted) {
            throw new Refusal(
                    400,
                    "InvalidRequestException",
                    "You can't perform this operation on the secret because it was marked for deletion.");
        }
        String label = asked.body().get("VersionStage").text();
        Version version = secret.labels.get(label);
        if (version == null) {
            throw new Refusal(
                    400,
                    "ResourceNotFoundException",
                    "Secrets Manager can't find the specified secret value for staging label: " + label);
        }
        try (JsonWriter json = JsonWriter.create()) {
            json.writeStartObject();
            json.writeFieldName("Name").writeValue(asked.named());
            json.writeFieldName("VersionId").writeValue(version.id());
            if (version.binary()) {
                json.writeFieldName("SecretBinary")
                        .writeValue(Base64.getEncoder()
                                .encodeToString(version.text().getBytes(UTF_8)));
            } else {
                json.writeFieldName("SecretString").writeValue(version.text());
            }
            json.writeFieldName("VersionStages")
                    .writeStartArray()
                    .writeValue(label)
                    .writeEndArray();
            json.writeEndObject();
            return new String(json.getBytes(), UTF_8);
        }
    }
}
