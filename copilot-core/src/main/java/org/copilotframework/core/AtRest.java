package org.copilotframework.core;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.encryption.EncryptionProvider;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.KeyWrapperProvider;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.blob.BlobsProviders;
import org.copilotframework.core.encryption.EncryptionProviders;
import org.copilotframework.core.encryption.FileKeys;
import org.copilotframework.core.encryption.KeysApart;
import org.copilotframework.core.encryption.ValueKeys;
import org.copilotframework.core.provider.FoundProvider;
import org.copilotframework.core.provider.ProviderPlugins;
import org.copilotframework.core.secret.CleanWords;
import org.copilotframework.core.secret.Redaction;
import org.copilotframework.core.settings.BlobSettings;
import org.copilotframework.core.settings.EncryptionSettings;
import org.copilotframework.core.settings.LoadedSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands between the host and its stores: an encryption, if the settings ask for one. */
final class AtRest implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AtRest.class);
    private static final String NONE = "none";
    static final String STORE = "store";

    private final @Nullable Storage plain;
    private final @Nullable Encryption encryption;
    private final boolean keysApart;
    private final Redaction redaction;
    private final Parts parts;

    private AtRest(
            @Nullable Storage plain,
            @Nullable Encryption encryption,
            boolean keysApart,
            Redaction redaction,
            Parts parts) {
        this.plain = plain;
        this.encryption = encryption;
        this.keysApart = keysApart;
        this.redaction = redaction;
        this.parts = parts;
    }

    /** For files of which it is known that they are not encrypted. */
    static AtRest nothing() {
        return new AtRest(null, null, false, new Redaction(List::of), new Parts());
    }

    static boolean isAskedFor(LoadedSettings loaded) {
        return !loaded.core().encryption().provider().equals(NONE);
    }

    /**
     * Opens the encryption that the settings name. It asks nobody before it is used. What is told of the storage from now on is told
     * without secrets.
     *
     * @param opened the storage, which is closed by its owner, after this
     */
    static AtRest of(LoadedSettings loaded, ProviderPlugins providers, Storage opened) {
        Storage plain = CleanStores.storage(opened, loaded.redaction());
        boolean keysApart = !loaded.core().encryption().keys().equals(STORE);
        Parts parts = new Parts();
        try {
            Encryption encryption = isAskedFor(loaded) ? encryption(loaded, providers, plain, parts) : null;
            return new AtRest(plain, encryption, keysApart, loaded.redaction(), parts);
        } catch (RuntimeException | Error fault) {
            parts.close();
            throw fault;
        }
    }

    private static Encryption encryption(LoadedSettings loaded, ProviderPlugins providers, Storage plain, Parts parts) {
        EncryptionSettings settings = loaded.core().encryption();
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        FoundProvider<EncryptionProvider, String> provider =
                EncryptionProviders.encryption(settings.provider(), loader, providers);
        FoundProvider<KeyWrapperProvider, String> wrapping =
                EncryptionProviders.wrapper(settings.keyWrapper(), loader, providers);
        KeyWrapper wrapper = wrapping.call(
                one -> one.open(StorePlaces.context(loaded, "encryption", settings.keyWrapper())),
                "open the wrapper of keys");
        parts.opened(wrapper);
        KeyPlace place = new ValueKeys(plain.values());
        if (!settings.keys().equals(STORE)) {
            FileKeys files = apart(loaded, settings.keys(), loader, providers);
            parts.opened(files);
            place = files;
        }
        KeyPlace keys = place;
        Encryption encryption = provider.call(
                one -> one.open(wrapper, keys, StorePlaces.context(loaded, "encryption", settings.provider())),
                "open the encryption");
        parts.opened(encryption);
        return encryption;
    }

    private static FileKeys apart(
            LoadedSettings loaded, String setting, ClassLoader loader, ProviderPlugins providers) {
        KeysApart place = KeysApart.of(setting);
        BlobSettings kept = loaded.core().blobs();
        place.demandApart(
                kept.provider(),
                kept.bucket(),
                StorePlaces.home(loaded),
                StorePlaces.fileOf(loaded.core().storage().url()));
        Blobs files = CleanStores.blobs(
                BlobsProviders.open(
                        place.provider(),
                        Optional.of(place.bucket()),
                        loader,
                        providers,
                        one -> StorePlaces.context(loaded, "blobs", one)),
                loaded.redaction());
        try {
            files.check();
            return new FileKeys(files, setting);
        } catch (RuntimeException | Error unusable) {
            files.close();
            throw unusable;
        }
    }

    /** The storage, encrypted if it is to be. */
    Storage storage() {
        Storage stored = Objects.requireNonNull(plain, "a storage");
        return encryption == null ? stored : CleanStores.storage(encryption.storage(stored), redaction);
    }

    /**
     * Files, encrypted if they are to be.
     *
     * @throws InvalidRequestException if the keys would be lost before the files
     */
    Blobs blobs(Blobs files) {
        if (encryption == null) {
            return files;
        } else if (!keysApart
                && plain != null
                && plain.durability() == Durability.MEMORY
                && files.durability() != Durability.MEMORY) {
            throw new InvalidRequestException(
                    "copilot.encryption.keys: the keys would lie in a storage that ends with this"
                            + " process, and files that nobody can read any more would be left; set copilot.storage.url to a storage"
                            + " that lasts, or copilot.encryption.keys to a place for keys");
        }
        return CleanStores.blobs(encryption.blobs(files), redaction);
    }

    /** Who forgot the setting must not write among what is encrypted, nor take it for what it says. */
    void refuseEncrypted() {
        if (isMarked()) {
            throw refused();
        }
    }

    /** The same of a storage whose schema may not be there yet: an encrypted one is refused before anything of it is changed. */
    void refuseEncryptedSoFar() {
        boolean marked = false;
        try {
            marked = isMarked();
        } catch (RuntimeException unprepared) {
            LOG.debug("The storage cannot be asked before it is prepared", unprepared);
        }
        if (marked) {
            throw refused();
        }
    }

    private boolean isMarked() {
        return encryption == null
                && plain != null
                && plain.values().get(Encryption.KEYS, Encryption.MARK).isPresent();
    }

    private static ConflictException refused() {
        return new ConflictException(
                "copilot.encryption.provider: the storage is encrypted, and the setting is 'none'; set it to"
                        + " the provider that the storage was begun with, such as aead");
    }

    boolean isOn() {
        return encryption != null;
    }

    void destroyKey(TenantId tenant) {
        if (encryption != null) {
            try {
                encryption.destroyKey(tenant);
            } catch (RuntimeException | Error fault) {
                throw CleanWords.of(fault, redaction);
            }
        }
    }

    /** Wraps all keys by the wrapper's present key. */
    Encryption.Rotation rotateKeys() {
        if (encryption == null) {
            throw new InvalidRequestException(
                    "copilot.encryption.provider: nothing is encrypted, so there are no keys to rotate");
        }
        return encryption.rotateKeys();
    }

    List<String> troubles() {
        return encryption == null ? List.of() : encryption.troubles();
    }

    @Override
    public void close() {
        parts.close();
    }
}
