package org.copilotframework.security.encryption;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredValue;
import org.copilotframework.api.spi.storage.ValueChange;

/** The sign in a store that it is encrypted, and the key by which it is known whether the wrapper has the right one. */
final class StoreMark {
    private static final Payload CONTENT = Payload.of(AeadEncryption.NAME.getBytes(US_ASCII));
    private static final Slot SLOT = Slot.value(Encryption.MARK);

    private final Storage plain;
    private final DataKeys keys;

    StoreMark(Storage plain, DataKeys keys) {
        this.plain = plain;
        this.keys = keys;
    }

    /** Sets the mark in a store that holds nothing yet. */
    void begin() {
        if (!isSet() && !refused()) {
            Payload mark = new Vault(keys).sealer(Encryption.KEYS).seal(CONTENT, SLOT);
            plain.values().compareAndSet(Encryption.KEYS, ValueChange.insert(Encryption.MARK, mark, null));
        }
        demand();
    }

    /** Demands that the mark is set and the wrapper has the right key. */
    void demand() {
        if (!isSet() && !refused()) {
            throw new ConflictException("the storage is not prepared for encryption; run 'copilot migrate' with"
                    + " copilot.encryption.provider set, or set copilot.storage.migrate");
        }
        TenantKey key = keys.proven(Encryption.KEYS)
                .orElseThrow(() -> new InvalidRequestException(
                        "copilot.encryption.keys: the storage is encrypted, and its keys do not lie in " + keys.place()
                                + "; set it to the place where they are"));
        stored().filter(mark -> !isOpenedBy(key, mark)).ifPresent(other -> {
            throw new InvalidRequestException("copilot.encryption.keys: in " + keys.place()
                    + " lie the keys of another storage; set it to the place where those of this one are");
        });
    }

    private boolean isOpenedBy(TenantKey key, Payload mark) {
        return Vault.isSealedBy(key, mark)
                && Vault.open(Encryption.KEYS, key, mark, SLOT).equals(CONTENT);
    }

    private Optional<Payload> stored() {
        return plain.values().get(Encryption.KEYS, Encryption.MARK).map(StoredValue::value);
    }

    private boolean isSet() {
        return stored().map(mark -> {
                    if (!Vault.isSealed(mark)) {
                        throw new ConflictException(
                                "the storage is encrypted by another provider than copilot.encryption.provider says");
                    }
                    return true;
                })
                .orElse(false);
    }

    /** Refuses a store with data, unless somebody else has set the mark meanwhile, which is told. */
    private boolean refused() {
        TenantId first = plain.tenants(null, 1_000).stream()
                .filter(tenant -> !tenant.equals(Encryption.KEYS))
                .findFirst()
                .orElse(null);
        if (isSet()) {
            return true;
        } else if (first != null) {
            throw new ConflictException(
                    "copilot.encryption.provider: the storage holds data that is not encrypted, of tenant '"
                            + first + "' for one; copy it into a new one with 'copilot store copy --from-plain', or set"
                            + " copilot.encryption.provider to none");
        }
        return false;
    }
}
