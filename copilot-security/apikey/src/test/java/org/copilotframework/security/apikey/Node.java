package org.copilotframework.security.apikey;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.plugin.Secret;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.authentication.Authenticator;
import org.copilotframework.api.spi.authentication.AuthenticatorContext;
import org.copilotframework.api.spi.authentication.CredentialAdmin;
import org.copilotframework.api.spi.authentication.CredentialOrder;
import org.copilotframework.api.spi.authentication.Credentials;
import org.copilotframework.api.spi.authentication.Identity;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.core.storage.MemoryStorageProvider;
import org.copilotframework.storage.tck.CountedValues;
import org.jspecify.annotations.Nullable;

/** An authenticator on a store that several share, with a clock that the test moves. */
final class Node implements AuthenticatorContext {
    static final TenantId HOST = new TenantId("copilot.test-host");
    static final TenantId ACME = new TenantId("acme");
    static final CredentialOrder ORDER = new CredentialOrder("alice", ACME, Set.of("agents:invoke"), null, null);

    private final CountedValues values;
    private final AtomicReference<Instant> now;
    private final Authenticator authenticator;

    private Node(CountedValues values, AtomicReference<Instant> now, ApiKeySettings settings) {
        this.values = values;
        this.now = now;
        this.authenticator = ApiKeyAuthenticator.open(
                settings,
                this,
                new SecureRandom(),
                now::get,
                () -> Duration.between(Instant.EPOCH, now.get()).toNanos());
    }

    /** The first one, on an empty store. */
    static Node first(ApiKeySettings settings) {
        Storage memory = new MemoryStorageProvider().open(StorageUrl.parse("memory:local"), new NoSettings());
        return new Node(
                new CountedValues(memory.values()),
                new AtomicReference<>(Instant.parse("2026-11-23T12:00:10Z")),
                settings);
    }

    static Node first() {
        return first(settings(null, null, null));
    }

    /** Another one on the same store, with the same clock. */
    Node another(ApiKeySettings settings) {
        return new Node(new CountedValues(values), now, settings);
    }

    Node another() {
        return another(settings(null, null, null));
    }

    static ApiKeySettings settings(@Nullable Secret key, @Nullable Secret secret, @Nullable Secret before) {
        return settings(key, secret, before, false);
    }

    static ApiKeySettings settings(
            @Nullable Secret key, @Nullable Secret secret, @Nullable Secret before, boolean acceptPlain) {
        return new ApiKeySettings(
                Optional.ofNullable(key),
                "default",
                List.of(),
                List.of("*"),
                "api-key",
                Optional.ofNullable(secret),
                Optional.ofNullable(before),
                acceptPlain,
                Duration.ofSeconds(10));
    }

    CredentialAdmin admin() {
        return authenticator.admin().orElseThrow();
    }

    Authenticator authenticator() {
        return authenticator;
    }

    Optional<Identity> asked(String... keys) {
        Map<String, List<String>> headers = keys.length == 0 ? Map.of() : Map.of("X-API-KEY", List.of(keys));
        return authenticator.authenticate(new Credentials(headers, List.of(), "192.0.2.1"));
    }

    /** Who is let in. */
    Identity let(String key) {
        return asked(key).orElseThrow();
    }

    void pass(Duration time) {
        now.updateAndGet(before -> before.plus(time));
    }

    Instant now() {
        return now.get();
    }

    /** What is stored of a key. */
    String record(String id) {
        return new String(
                values.get(HOST, "apikey/key/" + id).orElseThrow().value().bytes(), UTF_8);
    }

    /** What somebody puts there who can write to the store and asks nobody. */
    void put(String id, String record) {
        String key = "apikey/key/" + id;
        Payload payload = Payload.of(record.getBytes(UTF_8));
        ValueChange change = values.get(HOST, key)
                .map(there -> ValueChange.update(key, there.version(), payload, null))
                .orElseGet(() -> ValueChange.insert(key, payload, null));
        if (values.compareAndSet(HOST, change).isEmpty()) {
            throw new IllegalStateException("somebody else has changed it");
        }
    }

    /** All that is stored, as text. */
    String stored() {
        List<String> all = new ArrayList<>();
        values.list(HOST, "", "", 1_000, Long.MAX_VALUE)
                .forEach(one -> all.add(one.key() + " " + new String(one.value().bytes(), UTF_8)));
        return String.join("\n", all);
    }

    @Override
    public CountedValues values() {
        return values;
    }

    @Override
    public TenantId host() {
        return HOST;
    }

    @Override
    public <T extends Record> T settings(Class<T> type) {
        throw new UnsupportedOperationException(type.getName());
    }

    @Override
    public Path home() {
        throw new UnsupportedOperationException("home");
    }

    /** For the store, which has none. */
    private record NoSettings() implements ProviderContext {
        @Override
        public <T extends Record> T settings(Class<T> type) {
            throw new UnsupportedOperationException(type.getName());
        }

        @Override
        public Path home() {
            return Path.of("target").toAbsolutePath();
        }
    }
}
