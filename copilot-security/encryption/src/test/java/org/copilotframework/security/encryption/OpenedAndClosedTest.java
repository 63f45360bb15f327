package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.copilotframework.api.error.UnavailableException;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.encryption.Encryption;
import org.copilotframework.api.spi.encryption.EncryptionProvider;
import org.copilotframework.api.spi.encryption.KeyPlace;
import org.copilotframework.api.spi.encryption.KeyWrapper;
import org.copilotframework.api.spi.encryption.KeyWrapperProvider;
import org.copilotframework.api.spi.encryption.WrappedKey;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.core.Orchestrator;
import org.copilotframework.core.OrchestratorBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever fails at the start, the wrapper that was opened for it, which may hold connections, is closed. */
class OpenedAndClosedTest {
    private static final AtomicInteger OPEN = new AtomicInteger();
    private static final AtomicInteger OPENED = new AtomicInteger();

    @TempDir
    private Path folder;

    /** An encryption that can do nothing with a storage. */
    public static final class Failing implements EncryptionProvider {
        /** For {@link java.util.ServiceLoader}. */
        public Failing() {}

        @Override
        public String name() {
            return "failing";
        }

        @Override
        public Encryption open(KeyWrapper wrapper, KeyPlace keys, ProviderContext context) {
            Encryption encryption = new AeadEncryption(wrapper, keys, Keyring.SETTINGS, System::nanoTime);
            return (Encryption) Proxy.newProxyInstance(
                    Failing.class.getClassLoader(), new Class<?>[] {Encryption.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("storage")) {
                            throw new UnavailableException("the test fails here", Duration.ZERO);
                        }
                        return method.invoke(encryption, arguments);
                    });
        }
    }

    /** A wrapper that counts how often it is open. */
    public static final class Counted implements KeyWrapperProvider {
        /** For {@link java.util.ServiceLoader}. */
        public Counted() {}

        @Override
        public String name() {
            return "counted";
        }

        @Override
        public KeyWrapper open(ProviderContext context) {
            KeyWrapper wrapper = Keyring.local(Keyring.SECRET, null);
            OPEN.incrementAndGet();
            OPENED.incrementAndGet();
            return new KeyWrapper() {
                @Override
                public String keyId() {
                    return wrapper.keyId();
                }

                @Override
                public WrappedKey wrap(byte[] dataKey, Map<String, String> bound) {
                    return wrapper.wrap(dataKey, bound);
                }

                @Override
                public byte[] unwrap(WrappedKey wrapped, Map<String, String> bound) {
                    return wrapper.unwrap(wrapped, bound);
                }

                @Override
                public void close() {
                    OPEN.decrementAndGet();
                }
            };
        }
    }

    @BeforeEach
    void count() {
        OPEN.set(0);
        OPENED.set(0);
    }

    @Test
    void theWrapperIsClosedIfTheEncryptionFails() throws Throwable {
        OrchestratorBuilder failing = builder("failing");
        withProviders(() -> {
            for (ThrowingCallable start :
                    new ThrowingCallable[] {failing::openStorage, failing::start, failing::openData, failing::rotateKeys
                    }) {
                assertThatExceptionOfType(UnavailableException.class)
                        .isThrownBy(start)
                        .withMessage("the test fails here");
                assertThat(OPEN).hasValue(0);
            }
        });
        assertThat(OPENED).hasValue(4);
    }

    @Test
    void theWrapperIsClosedWithWhatWasOpened() throws Throwable {
        OrchestratorBuilder works = builder("aead");
        withProviders(() -> {
            try (Storage storage = works.openStorage()) {
                storage.migrate();
                assertThat(OPEN).hasValue(1);
            }
            assertThat(OPEN).hasValue(0);
            works.start().close();
            assertThat(OPEN).hasValue(0);
        });
    }

    private OrchestratorBuilder builder(String encryption) {
        return Orchestrator.builder()
                .home(folder.resolve("home"))
                .setting("copilot.storage.url", "sqlite:" + folder.resolve("home/copilot.db"))
                .setting("copilot.encryption.provider", encryption)
                .setting("copilot.encryption.key-wrapper", "counted");
    }

    /** With these two on the class path, for which the other tests do not look. */
    private void withProviders(ThrowingCallable work) throws Throwable {
        Path services = Files.createDirectories(folder.resolve("classes/META-INF/services"));
        Files.writeString(services.resolve(EncryptionProvider.class.getName()), Failing.class.getName());
        Files.writeString(services.resolve(KeyWrapperProvider.class.getName()), Counted.class.getName());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        URL classes = folder.resolve("classes").toUri().toURL();
        try (URLClassLoader loader = new URLClassLoader(new URL[] {classes}, before)) {
            thread.setContextClassLoader(loader);
            work.call();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
