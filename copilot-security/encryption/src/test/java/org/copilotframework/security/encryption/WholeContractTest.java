package org.copilotframework.security.encryption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.copilotframework.security.encryption.Stored.ACME;
import static org.copilotframework.security.encryption.Stored.RUN;
import static org.copilotframework.security.encryption.Stored.SESSION;
import static org.copilotframework.security.encryption.Stored.payload;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.run.RunId;
import org.copilotframework.api.run.RunState;
import org.copilotframework.api.session.SessionId;
import org.copilotframework.api.spi.blob.BlobInfo;
import org.copilotframework.api.spi.blob.BlobOptions;
import org.copilotframework.api.spi.blob.BlobRange;
import org.copilotframework.api.spi.blob.BlobWriter;
import org.copilotframework.api.spi.blob.Blobs;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.Durability;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.OutboxMessage;
import org.copilotframework.api.spi.storage.OutboxRecord;
import org.copilotframework.api.spi.storage.Payload;
import org.copilotframework.api.spi.storage.Retention;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StoredEvent;
import org.copilotframework.api.spi.storage.ValueChange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * All that the contract of stores has, and all that it gains, is decorated: each method of each facet is handed on to the same one of
 * the store, and no content of any record is left plain.
 */
class WholeContractTest {
    /** Made of the others, which are decorated. */
    private static final Set<String> MADE = Set.of("Blobs.write/3", "Blobs.read/2", "Blobs.delete/2");

    /** Not handed on: there are no URLs to what is encrypted. */
    private static final Set<String> REFUSED = Set.of("Blobs.presign/3");

    /** The content that {@link SealedCommit} and the facets know how to seal. */
    private static final Set<String> CONTENTS = Set.of(
            "StoredTurn.content",
            "RunStart.input",
            "RunStart.detail",
            "RunChange.detail",
            "RunRecord.input",
            "RunRecord.detail",
            "StepRecord.result",
            "StoredEvent.content",
            "StoredValue.value",
            "ValueChange.value",
            "OutboxMessage.content",
            "SessionHead.state",
            "SessionChange.state");

    private final Set<String> heard = new HashSet<>();

    @Test
    void eachMethodOfAStorageIsHandedOn() throws Exception {
        Storage storage = Keyring.begun().node().storage(heard(Storage.class));
        Set<String> forgotten = new TreeSet<>(forgotten(Storage.class, storage));
        for (Method facet : facets()) {
            forgotten.addAll(forgotten(facet.getReturnType(), facet.invoke(storage)));
        }
        assertThat(forgotten).isEmpty();
    }

    @Test
    void eachMethodOfAStoreOfFilesIsHandedOn() throws Exception {
        Blobs blobs = Keyring.begun().node().blobs(heard(Blobs.class));
        Set<String> known = new TreeSet<>(MADE);
        known.addAll(REFUSED);
        assertThat(forgotten(Blobs.class, blobs)).isEqualTo(known);
    }

    /** A facet that the contract gains is found by this, too. */
    @Test
    void theFacetsAreThoseThatAreDecorated() {
        assertThat(facets().stream().map(Method::getReturnType))
                .containsExactlyInAnyOrder(Sessions.class, Runs.class, KeyValues.class, Outbox.class);
    }

    @Test
    void noRecordOfTheContractHasAContentThatIsNotSealed() {
        Set<Class<?>> records = new HashSet<>(Set.of(Commit.class));
        for (Class<?> facet : List.of(Storage.class, Sessions.class, Runs.class, KeyValues.class, Outbox.class)) {
            for (Method method : facet.getMethods()) {
                reach(method.getGenericReturnType().getTypeName(), records);
                for (Type type : method.getGenericParameterTypes()) {
                    reach(type.getTypeName(), records);
                }
            }
        }
        for (Method part : Commit.class.getMethods()) {
            reach(part.getGenericReturnType().getTypeName(), records);
        }
        Set<String> contents = new TreeSet<>();
        for (Class<?> one : Set.copyOf(records)) {
            if (one.isRecord()) {
                for (RecordComponent component : one.getRecordComponents()) {
                    if (component.getGenericType().getTypeName().contains(Payload.class.getName())) {
                        contents.add(one.getSimpleName() + "." + component.getName());
                    }
                }
            }
        }
        assertThat(contents).isEqualTo(new TreeSet<>(CONTENTS));
    }

    /** Adds the records of the contract that a type names, and those within them. */
    private static void reach(String type, Set<Class<?>> records) {
        for (String name : type.split("[^\\w.$]+")) {
            if (name.startsWith(Storage.class.getPackageName() + ".")) {
                try {
                    Class<?> found = Class.forName(name);
                    if (found.isRecord() && records.add(found)) {
                        for (RecordComponent component : found.getRecordComponents()) {
                            reach(component.getGenericType().getTypeName(), records);
                        }
                    }
                } catch (ClassNotFoundException gone) {
                    throw new AssertionError(gone);
                }
            }
        }
    }

    private static List<Method> facets() {
        return Arrays.stream(Storage.class.getMethods())
                .filter(method -> method.getParameterCount() == 0
                        && method.getReturnType().isInterface()
                        && method.getReturnType().getPackage().equals(Storage.class.getPackage()))
                .toList();
    }

    /** Calls all methods, and tells which ones did not lead to a call of the same one below. */
    private <T> Set<String> forgotten(Class<?> contract, T decorator) throws IllegalAccessException {
        Set<String> missing = new TreeSet<>();
        for (Method method : contract.getMethods()) {
            if (Modifier.isStatic(method.getModifiers())) {
                continue;
            }
            String name = name(contract, method);
            heard.remove(name);
            Object[] arguments = Arrays.stream(method.getParameters())
                    .map(parameter -> argument(parameter.getType(), parameter.getName()))
                    .toArray();
            try {
                method.invoke(decorator, arguments);
            } catch (InvocationTargetException refused) {
                if (refused.getCause() instanceof AssertionError wrong) {
                    throw wrong;
                }
            }
            if (!heard.contains(name) && facets().stream().noneMatch(facet -> facet.equals(method))) {
                missing.add(name);
            }
        }
        return missing;
    }

    private static String name(Class<?> contract, Method method) {
        return contract.getSimpleName() + "." + method.getName() + "/" + method.getParameterCount();
    }

    /** A store that hears what is called, has nothing, and says so. */
    private <T> T heard(Class<T> contract) {
        return contract.cast(Proxy.newProxyInstance(
                contract.getClassLoader(), new Class<?>[] {contract}, (proxy, method, arguments) -> {
                    heard.add(name(contract, method));
                    return method.getReturnType().isInterface()
                                    && method.getReturnType().getPackage().equals(contract.getPackage())
                            ? heard(method.getReturnType())
                            : nothing(method.getReturnType());
                }));
    }

    private static @Nullable Object nothing(Class<?> type) {
        Map<Class<?>, Object> nothing = new LinkedHashMap<>();
        nothing.put(Optional.class, Optional.empty());
        nothing.put(OptionalLong.class, OptionalLong.empty());
        nothing.put(List.class, List.of());
        nothing.put(boolean.class, false);
        nothing.put(int.class, 0);
        nothing.put(long.class, 0L);
        nothing.put(Durability.class, Durability.MEMORY);
        nothing.put(CommitResult.class, new CommitResult(false, null, 0));
        nothing.put(BlobInfo.class, null);
        nothing.put(void.class, null);
        assertThat(nothing).containsKey(type);
        return nothing.get(type);
    }

    private static Object argument(Class<?> type, String name) {
        Map<Class<?>, Object> some = new LinkedHashMap<>();
        some.put(TenantId.class, ACME);
        some.put(SessionId.class, SESSION);
        some.put(RunId.class, RUN);
        some.put(RunState.class, RunState.WORKING);
        some.put(String.class, "text");
        some.put(int.class, 1);
        some.put(long.class, 1L);
        some.put(Duration.class, Duration.ofMinutes(1));
        some.put(Collection.class, List.of());
        some.put(List.class, List.of(new StoredEvent(1, payload("x"))));
        some.put(ValueChange.class, ValueChange.insert("v", payload("x"), null));
        some.put(RunLease.class, new RunLease(ACME, RUN, 1));
        some.put(Commit.class, Stored.all(ACME, payload("x")));
        some.put(Retention.class, new Retention(null));
        some.put(OutboxRecord.class, new OutboxRecord(ACME, "1", new OutboxMessage("topic", "key", payload("x"))));
        some.put(BlobOptions.class, BlobOptions.NONE);
        some.put(BlobRange.class, BlobRange.ALL);
        some.put(BlobWriter.class, (BlobWriter) out -> out.write(1));
        assertThat(some).as("an argument for " + name).containsKey(type);
        return some.get(type);
    }
}
