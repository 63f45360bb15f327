package org.copilotframework.security.aws;

import java.util.Optional;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.secret.SecretSource;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.protocols.jsoncore.JsonNode;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

/** The text of a secret, or of a field of it. No message shows any of it. */
final class SecretText {
    private SecretText() {}

    /**
     * The text.
     *
     * @throws InvalidRequestException if it has none that a setting could have
     */
    static String of(SecretName name, GetSecretValueResponse version) {
        String all = version.secretString();
        if (all == null) {
            throw wrong(name, "holds bytes, and a setting is a text; store it as one, such as in base64");
        }
        String text = name.field().isPresent() ? field(name, name.field().get(), all) : all;
        if (text.isEmpty() || text.length() > SecretSource.MAX_VALUE) {
            throw wrong(name, "has " + text.length() + " characters, and a secret has 1 to " + SecretSource.MAX_VALUE);
        }
        return text;
    }

    /** The text of one that was current before, which may have had another form. */
    static Optional<String> ofEarlier(SecretName name, GetSecretValueResponse version) {
        try {
            return Optional.of(of(name, version));
        } catch (InvalidRequestException ofAnotherForm) {
            return Optional.empty();
        }
    }

    private static String field(SecretName name, String field, String all) {
        JsonNode value = parsed(name, all).asObject().get(field);
        if (value == null || value.isNull()) {
            throw wrong(name, "has no such field; name another one, or add it to the secret");
        } else if (value.isObject() || value.isArray()) {
            throw wrong(name, "is no text; name a field that holds a text, a number or a truth value");
        }
        return value.isBoolean() ? Boolean.toString(value.asBoolean()) : value.text();
    }

    private static JsonNode parsed(SecretName name, String all) {
        @Nullable JsonNode json;
        try {
            json = JsonNode.parserBuilder().removeErrorLocations(true).build().parse(all);
        } catch (RuntimeException | StackOverflowError wrong) {
            // What it says may quote the secret.
            json = null;
        }
        if (json == null || !json.isObject()) {
            throw wrong(name, "is a field of a secret that is no JSON object; leave out what follows the '#'");
        }
        return json;
    }

    private static InvalidRequestException wrong(SecretName name, String what) {
        return new InvalidRequestException("the secret '" + name + "' of AWS Secrets Manager " + what);
    }
}
