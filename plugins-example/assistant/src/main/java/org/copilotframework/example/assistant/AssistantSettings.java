package org.copilotframework.example.assistant;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.copilotframework.api.agent.Default;
import org.copilotframework.api.agent.Doc;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.plugin.Secret;

/** What can be set, below {@code copilot.plugin.assistant}. Without endpoint and model the plugin loads, and each call says so. */
record AssistantSettings(
        @Doc("where the endpoint is, up to and without /chat/completions")
        Optional<URI> baseUrl,

        @Doc("which model the endpoint is asked for") Optional<String> model,

        @Doc("the key for the endpoint, if it takes one") Optional<Secret> apiKey,

        @Default(
                "You are a helpful assistant. Your tools are other agents: call them where they can answer better than you,"
                        + " and tell what they said without making anything up.")
        @Doc("what the model is told before anything else")
        String instructions,

        @Default("20") @Doc("how many turns of the session the model is told; 0 for none")
        int historyTurns,

        @Default("*") @Doc("the agents that the model may call; * stands for any characters")
        List<String> tools,

        @Default("")
        @Doc("those of them that are called only after the user has said yes, besides those whose author demands it")
        List<String> approval,

        @Default("10") @Doc("how often the model may be asked for one answer")
        int maxRounds,

        @Default("3") @Doc("how often the endpoint is tried when it is busy, broken or silent")
        int attempts,

        @Default("60s") @Doc("how long the endpoint may send nothing")
        Duration idleTimeout,

        @Doc("how long an answer may be, in tokens; the endpoint's own limit if it is not set")
        Optional<Integer> maxTokens,

        @Doc("how freely the model chooses its words; the endpoint's own default if it is not set")
        Optional<Double> temperature) {
    AssistantSettings {
        model = model.map(String::strip).filter(name -> !name.isEmpty());
        check(apiKey);
        baseUrl.ifPresent(AssistantSettings::check);
        if (historyTurns < 0 || historyTurns > 1_000) {
            throw new IllegalArgumentException("history-turns is from 0 to 1000");
        }
        if (maxRounds < 1 || attempts < 1 || maxTokens.orElse(1) < 1) {
            throw new IllegalArgumentException("max-rounds, attempts and max-tokens are 1 or more");
        }
        if (idleTimeout.isZero() || idleTimeout.isNegative()) {
            throw new IllegalArgumentException("idle-timeout is above zero");
        }
    }

    /** One that is not there yet is looked at when it is used. */
    private static void check(Optional<Secret> apiKey) {
        Optional<Secret> there = apiKey.filter(AssistantSettings::isThere);
        key(there);
    }

    private static boolean isThere(Secret key) {
        try {
            return !key.value().isEmpty();
        } catch (UnavailableException notYet) {
            return false;
        }
    }

    private static void check(URI url) {
        boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
        if (!http || url.getHost() == null || url.getRawUserInfo() != null || url.getRawQuery() != null) {
            throw new IllegalArgumentException(
                    "base-url is a plain http or https address such as http://127.0.0.1:11434/v1; a key goes into api-key");
        }
    }

    /**
     * The key as it is now: who changes it where it is kept need not start anew.
     *
     * @throws UnavailableException if it could not be read yet
     * @throws IllegalArgumentException if it is no key. Refused here, because whatever would refuse it later would show it
     */
    Optional<String> key() {
        return key(apiKey);
    }

    private static Optional<String> key(Optional<Secret> apiKey) {
        Optional<String> key = apiKey.map(Secret::value).map(String::strip).filter(text -> !text.isEmpty());
        if (key.stream().flatMapToInt(String::chars).anyMatch(c -> c <= ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    "api-key has a character that no key has, such as a space or a line break");
        }
        return key;
    }

    /** The settings without which there is nobody to ask. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (baseUrl.isEmpty()) {
            missing.add("base-url");
        }
        if (model.isEmpty()) {
            missing.add("model");
        }
        return missing;
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "AssistantSettings[" + baseUrl.map(URI::toString).orElse("no endpoint") + ", " + model.orElse("no model")
                + "]";
    }
}
