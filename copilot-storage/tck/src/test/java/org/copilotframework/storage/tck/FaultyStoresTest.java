package org.copilotframework.storage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectNestedClass;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.copilotframework.api.caller.TenantId;
import org.copilotframework.api.spi.ProviderContext;
import org.copilotframework.api.spi.storage.Commit;
import org.copilotframework.api.spi.storage.CommitResult;
import org.copilotframework.api.spi.storage.KeyValues;
import org.copilotframework.api.spi.storage.Outbox;
import org.copilotframework.api.spi.storage.RunLease;
import org.copilotframework.api.spi.storage.Runs;
import org.copilotframework.api.spi.storage.Sessions;
import org.copilotframework.api.spi.storage.Storage;
import org.copilotframework.api.spi.storage.StorageProvider;
import org.copilotframework.api.spi.storage.StorageUrl;
import org.copilotframework.api.spi.storage.ValueChange;
import org.copilotframework.storage.tck.example.ShelfProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** The kit finds what is wrong: a good store is given one fault at a time. */
class FaultyStoresTest {
    /** What a method of the store does in place of what it should. */
    interface Fault {
        @Nullable
        Object call(Object target, String method, Object[] arguments, Right right) throws Throwable;
    }

    /** What the method should do. */
    interface Right {
        @Nullable
        Object call(Object[] arguments) throws Throwable;
    }

    private static Fault fault = (target, method, arguments, right) -> right.call(arguments);

    @Test
    void withoutAFaultNothingFails() {
        assertThat(failures(StorageKit.Commits.class, (target, method, arguments, right) -> right.call(arguments)))
                .isEmpty();
    }

    @Test
    void aCommitInTwoPartsIsFound() {
        assertThat(failures(StorageKit.Commits.class, (target, method, arguments, right) -> {
                    if (arguments.length == 1
                            && arguments[0] instanceof Commit whole
                            && whole.session().isPresent()) {
                        right.call(new Object[] {
                            Commit.in(whole.tenant())
                                    .session(whole.session().get())
                                    .build()
                        });
                        Commit.Builder rest = Commit.in(whole.tenant());
                        whole.start().ifPresent(rest::start);
                        whole.run().ifPresent(rest::run);
                        whole.steps().forEach(rest::step);
                        whole.events().forEach(rest::event);
                        whole.values().forEach(rest::value);
                        whole.messages().forEach(rest::message);
                        CommitResult result = (CommitResult) right.call(new Object[] {rest.build()});
                        return new CommitResult(
                                result != null && result.repeated(),
                                whole.session().get().turn(),
                                2);
                    }
                    return right.call(arguments);
                }))
                .contains("aLostFenceLeavesNothing", "aValueAtAnotherVersionLeavesNothing");
    }

    @Test
    void aCommitThatDoesNotLookAtItsValuesIsFound() {
        assertThat(failures(StorageKit.Received.class, (target, method, arguments, right) -> {
                    if (arguments.length == 1
                            && arguments[0] instanceof Commit whole
                            && whole.session().isPresent()) {
                        Commit.Builder rest = Commit.in(whole.tenant())
                                .session(whole.session().get());
                        whole.start().ifPresent(rest::start);
                        whole.messages().forEach(rest::message);
                        CommitResult result = (CommitResult) right.call(new Object[] {rest.build()});
                        for (ValueChange change : whole.values()) {
                            ((Storage) target).values().compareAndSet(whole.tenant(), change);
                        }
                        return result;
                    }
                    return right.call(arguments);
                }))
                .contains(
                        "aMessageThatIsReceivedTwiceChangesNothing", "ofTwoThatReceiveOneMessageAtOnceOneDoesItsWork");
    }

    @Test
    void aForgottenTenantIsFound() {
        assertThat(failures(StorageKit.Tenants.class, (target, method, arguments, right) -> {
                    if (target instanceof Sessions && method.equals("head")) {
                        arguments[0] = new TenantId(arguments[0].toString().replaceFirst("^n[.]", "t."));
                    }
                    return right.call(arguments);
                }))
                .contains("aNeighbourSeesNothing");
    }

    @Test
    void aLeaseThatIsNotKeptIsFound() {
        assertThat(failures(StorageKit.Claims.class, (target, method, arguments, right) -> {
                    if (method.equals("claim")) {
                        arguments[2] = Duration.ZERO;
                    }
                    return right.call(arguments);
                }))
                .contains("aRunThatIsDueIsTakenOnce");
    }

    @Test
    void aRenewalThatClaimsToHoldEverythingIsFound() {
        assertThat(failures(
                        StorageKit.Claims.class,
                        (target, method, arguments, right) ->
                                method.equals("renew") ? List.<RunLease>of() : right.call(arguments)))
                .contains("whatWasLostIsToldByARenewal", "aLeaseThatIsOverIsTakenByAnotherAndTheFirstIsFencedOff");
    }

    @Test
    void eventsWithoutAFenceAreFound() {
        assertThat(failures(StorageKit.Journal.class, (target, method, arguments, right) -> {
                    if (method.equals("retain") && arguments[0] instanceof RunLease lease) {
                        long fence = ((Runs) target)
                                .find(lease.tenant(), lease.id())
                                .map(run -> run.head().fence())
                                .orElse(lease.fence());
                        arguments[0] = new RunLease(lease.tenant(), lease.id(), fence);
                    }
                    return right.call(arguments);
                }))
                .containsExactly("whoHasNotTheFenceRetainsAndDropsNothing", "whoTakesARunIsAloneWithItsEvents");
    }

    @Test
    void aPageWithoutABoundIsFound() {
        assertThat(failures(StorageKit.Sessions.class, (target, method, arguments, right) -> {
                    if (method.equals("turns")) {
                        arguments[4] = Long.MAX_VALUE;
                    }
                    return right.call(arguments);
                }))
                .contains("aPageEndsBeforeItHoldsTooManyBytesButTheNewestTurnIsAlwaysRead");
    }

    @Test
    void aPageInTheWrongOrderIsFound() {
        assertThat(failures(StorageKit.Sessions.class, (target, method, arguments, right) -> {
                    if (method.equals("turns") && right.call(arguments) instanceof List<?> page) {
                        List<Object> turned = new ArrayList<>(page);
                        Collections.reverse(turned);
                        return turned;
                    }
                    return right.call(arguments);
                }))
                .contains("turnsAreReadInPagesFromTheNewestBackwards", "turnsComeBackAsTheyWereCommitted");
    }

    @Test
    void aPrefixThatIsAPatternIsFound() {
        assertThat(failures(StorageKit.Values.class, (target, method, arguments, right) -> {
                    if (target instanceof KeyValues && method.equals("list")) {
                        arguments[1] = arguments[1].toString().replace("_", "");
                    }
                    return right.call(arguments);
                }))
                .contains("valuesAreListedByPrefixAndCodePointPageAfterPage");
    }

    @Test
    void aStoreThatCannotTellCountersFromDigitsIsFound() {
        assertThat(failures(
                        StorageKit.Values.class,
                        (target, method, arguments, right) -> method.equals("isCounter")
                                ? ((KeyValues) target)
                                        .get((TenantId) arguments[0], (String) arguments[1])
                                        .isPresent()
                                : right.call(arguments)))
                .containsExactly(
                        "digitsThatWereSetAreNeverToldToBeACounter", "whatBeginsWhereAnotherWasIsOfItsOwnKind");
    }

    /** Those of the tests that fail, of a theme that is run on a store with a fault. */
    private static Set<String> failures(Class<?> theme, Fault wrong) {
        fault = wrong;
        try {
            SummaryGeneratingListener listener = new SummaryGeneratingListener();
            LauncherFactory.create()
                    .execute(
                            LauncherDiscoveryRequestBuilder.request()
                                    .selectors(selectNestedClass(List.of(AllUnderTest.class), theme))
                                    .build(),
                            listener);
            Set<String> failed = new TreeSet<>();
            assertThat(listener.getSummary().getTestsFoundCount()).isPositive();
            for (TestExecutionSummary.Failure failure : listener.getSummary().getFailures()) {
                failed.add(failure.getTestIdentifier().getDisplayName().replace("()", ""));
            }
            return failed;
        } finally {
            fault = (target, method, arguments, right) -> right.call(arguments);
        }
    }

    /** Opens shelves with the fault of the present test. */
    public static final class FaultyProvider implements StorageProvider {
        private final StorageProvider shelves = new ShelfProvider();

        @Override
        public String name() {
            return shelves.name();
        }

        @Override
        public Set<String> schemes() {
            return shelves.schemes();
        }

        @Override
        public Storage open(StorageUrl url, ProviderContext context) {
            return (Storage) faulty(shelves.open(url, context), Storage.class);
        }
    }

    private static Object faulty(Object target, Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            Object result =
                    fault.call(target, method.getName(), arguments == null ? new Object[0] : arguments, passed -> {
                        try {
                            return method.invoke(target, passed);
                        } catch (InvocationTargetException thrown) {
                            throw thrown.getCause();
                        }
                    });
            Class<?> face = method.getReturnType();
            boolean wrap = Set.of(Sessions.class, Runs.class, KeyValues.class, Outbox.class)
                    .contains(face);
            return wrap && result != null ? faulty(result, face) : result;
        });
    }

    private static final StoreUnderTest FAULTY = new StoreUnderTest() {
        @Override
        public StorageProvider provider() {
            return new FaultyProvider();
        }

        @Override
        public String url() {
            return "shelf:faulty";
        }
    };

    static class AllUnderTest extends StorageKit {
        @Override
        protected StoreUnderTest store() {
            return FAULTY;
        }
    }
}
