package org.copilotframework.storage.dynamodb;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.copilotframework.api.error.ConflictException;
import org.copilotframework.api.error.InvalidRequestException;
import org.copilotframework.api.error.UnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.PointInTimeRecoveryStatus;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** Creates the table, and looks whether it is as {@link TableDesign} says. */
final class Schema {
    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);
    private static final Duration MOST_PATIENCE = Duration.ofMinutes(5);
    private static final String VERSION = "version";

    private final DynamoDbClient client;
    private final Backend backend;
    private final DynamoDbSettings settings;

    Schema(DynamoDbClient client, Backend backend, DynamoDbSettings settings) {
        this.client = client;
        this.backend = backend;
        this.settings = settings;
    }

    /** Finds out at once that there is no way to the table, rather than at the first commit. */
    void reach() {
        try {
            describe(backend.work());
        } catch (UnavailableException unavailable) {
            if (unavailable.getCause() instanceof DynamoDbException refused && Failures.denied(refused)) {
                throw new InvalidRequestException(backend + " refuses the credentials or lacks the permission"
                        + " dynamodb:DescribeTable (" + Failures.name(refused)
                        + "): check the AWS credentials, or those"
                        + " in copilot.storage.url (in the environment DATABASE_URL)");
            }
            throw unavailable;
        }
    }

    void check() {
        Work work = backend.work();
        TableDescription table =
                describe(work).orElseThrow(() -> new ConflictException(Failures.missing(backend.toString())));
        TableDesign.compare(table, backend.toString());
        checkVersion(work);
    }

    void migrate() {
        Work work = backend.longWork();
        if (describe(work).isEmpty()) {
            create(work);
        }
        TableDesign.compare(active(), backend.toString());
        checkVersion(work);
        expireItems(work);
        if (settings.pointInTimeRecovery()) {
            keepBackups(work);
        }
        work.update(
                true,
                Keys.SCHEMA,
                Expression.of("SET #version = :ours", ":ours", TableDesign.VERSION),
                Expression.of("attribute_not_exists(#version) OR #version <= :most", ":most", TableDesign.VERSION));
    }

    private Optional<TableDescription> describe(Work work) {
        return attempt(
                work,
                "ResourceNotFoundException",
                limits -> client.describeTable(
                                table -> table.tableName(backend.table()).overrideConfiguration(limits))
                        .table());
    }

    private void create(Work work) {
        // In use: another process was faster.
        attempt(
                work,
                "ResourceInUseException",
                limits -> client.createTable(TableDesign.request(backend.table(), settings.deletionProtection())
                        .overrideConfiguration(limits)
                        .build()));
        LOG.info("{} is being created", backend);
    }

    private TableDescription active() {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < MOST_PATIENCE.toNanos()) {
            Work work = backend.longWork();
            Optional<TableDescription> table = describe(work).filter(Schema::active);
            if (table.isPresent()) {
                return table.get();
            }
            work.pause();
        }
        throw new UnavailableException(backend + " is not active yet; migrate again", Duration.ofSeconds(30));
    }

    private static boolean active(TableDescription table) {
        return table.tableStatus() == TableStatus.ACTIVE
                && table.globalSecondaryIndexes().stream().allMatch(index -> index.indexStatus() == IndexStatus.ACTIVE);
    }

    private void checkVersion(Work work) {
        long version = work.get(Keys.SCHEMA).map(item -> item.number(VERSION)).orElse(TableDesign.VERSION);
        if (version > TableDesign.VERSION) {
            throw new ConflictException(backend + " has version " + version + ", and this program knows version "
                    + TableDesign.VERSION
                    + ": run a newer program, or name another table in copilot.storage.url (in the"
                    + " environment DATABASE_URL)");
        }
    }

    private void expireItems(Work work) {
        if (expires(work)) {
            return;
        }
        try {
            work.send(limits -> client.updateTimeToLive(table -> table.tableName(backend.table())
                    .timeToLiveSpecification(
                            ttl -> ttl.attributeName(TableDesign.EXPIRY).enabled(true))
                    .overrideConfiguration(limits)));
        } catch (InvalidRequestException refused) {
            // Another process was faster, or it is really refused.
            if (!expires(work)) {
                throw refused;
            }
        }
    }

    private boolean expires(Work work) {
        TimeToLiveDescription ttl = work.send(limits -> client.describeTimeToLive(
                        table -> table.tableName(backend.table()).overrideConfiguration(limits))
                .timeToLiveDescription());
        boolean on = ttl.timeToLiveStatus() == TimeToLiveStatus.ENABLED
                || ttl.timeToLiveStatus() == TimeToLiveStatus.ENABLING;
        if (on && !TableDesign.EXPIRY.equals(ttl.attributeName())) {
            throw new ConflictException(
                    backend + " deletes items by the attribute '" + ttl.attributeName() + "', and ours expire by '"
                            + TableDesign.EXPIRY + "': switch its time to live off, and migrate again");
        }
        return on;
    }

    private void keepBackups(Work work) {
        String unknown = "UnknownOperationException";
        Optional<PointInTimeRecoveryStatus> status = attempt(
                work,
                unknown,
                limits -> client.describeContinuousBackups(
                                table -> table.tableName(backend.table()).overrideConfiguration(limits))
                        .continuousBackupsDescription()
                        .pointInTimeRecoveryDescription()
                        .pointInTimeRecoveryStatus());
        if (status.isEmpty()) {
            LOG.warn("{}: this server knows no point-in-time recovery, so it stays off", backend);
        } else if (status.get() != PointInTimeRecoveryStatus.ENABLED) {
            work.send(limits -> client.updateContinuousBackups(table -> table.tableName(backend.table())
                    .pointInTimeRecoverySpecification(recovery -> recovery.pointInTimeRecoveryEnabled(true))
                    .overrideConfiguration(limits)));
        }
    }

    /** What a request gives, or empty if it fails in the one way that is expected. */
    private static <T> Optional<T> attempt(
            Work work, String expected, Function<AwsRequestOverrideConfiguration, T> request) {
        return work.send(limits -> {
            try {
                return Optional.of(request.apply(limits));
            } catch (DynamoDbException failure) {
                if (Failures.name(failure).equals(expected)) {
                    return Optional.<T>empty();
                }
                throw failure;
            }
        });
    }
}
