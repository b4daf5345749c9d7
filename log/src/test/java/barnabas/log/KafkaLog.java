package barnabas.log;

import barnabas.base.Clock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.common.RequestLocal;
import org.apache.kafka.server.storage.log.FetchIsolation;
import org.apache.kafka.server.util.Scheduler;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.RecordValidationException;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/// Kafka's own log, as the reference for files and answers.
final class KafkaLog implements AutoCloseable {
    private final UnifiedLog log;

    KafkaLog(Path directory, Map<String, String> config, Clock clock, long recoveryPoint, boolean closedCleanly)
            throws IOException {
        directory.toFile().mkdirs();
        log = UnifiedLog.create(
                directory.toFile(),
                new LogConfig(config),
                0,
                recoveryPoint,
                new InlineScheduler(),
                new BrokerTopicStats(),
                new KafkaTime(clock),
                300_000,
                new ProducerStateManagerConfig(86_400_000, false),
                600_000,
                new LogDirFailureChannel(1),
                closedCleanly,
                Optional.of(new Uuid(1, 2)));
    }

    UnifiedLog log() {
        return log;
    }

    /// Result of an append: `appended 3..5`, or the exception's name and message.
    String append(ByteBuffer batches, AppendOrigin origin, int leaderEpoch, int transactionVersion) {
        try {
            var kafkas = switch (origin) {
                case CLIENT, CLIENT_ON_LOOP -> org.apache.kafka.storage.internals.log.AppendOrigin.CLIENT;
                case COORDINATOR -> org.apache.kafka.storage.internals.log.AppendOrigin.COORDINATOR;
                case REPLICATION, REPLICATION_ON_LOOP ->
                    org.apache.kafka.storage.internals.log.AppendOrigin.REPLICATION;
            };
            var records = MemoryRecords.readableRecords(batches);
            var info = origin.isReplication()
                    ? log.appendAsFollower(records, leaderEpoch)
                    : log.appendAsLeader(
                            records, leaderEpoch, kafkas, RequestLocal.noCaching(), VerificationGuard.SENTINEL, (short)
                                    transactionVersion);
            return "appended " + info.firstOffset() + ".." + info.lastOffset();
        } catch (RecordValidationException refused) {
            return nameOf(refused.invalidException()) + ": "
                    + refused.invalidException().getMessage();
        } catch (ApiException refused) {
            return nameOf(refused) + ": " + refused.getMessage();
        }
    }

    private static String nameOf(ApiException refused) {
        return refused.getClass().getSimpleName();
    }

    List<Record> recordsFrom(long offset) throws IOException {
        var found = new ArrayList<Record>();
        long next = offset;
        while (next < log.logEndOffset()) {
            long before = next;
            var records = log.read(next, 1 << 20, FetchIsolation.LOG_END, true).records;
            for (var batch : records.batches()) {
                batch.ensureValid();
                for (var record : batch) if (record.offset() >= offset && !batch.isControlBatch()) found.add(record);
                next = batch.nextOffset();
            }
            if (next == before) break;
        }
        return found;
    }

    @Override
    public void close() {
        log.close();
    }

    record KafkaTime(Clock clock) implements Time {
        @Override
        public long milliseconds() {
            return clock.millis();
        }

        @Override
        public long nanoseconds() {
            return clock.nanos();
        }

        @Override
        public void sleep(long millis) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void waitObject(Object monitor, Supplier<Boolean> condition, long deadlineMillis) {
            throw new UnsupportedOperationException();
        }
    }

    /// Does at once what is due at once, and nothing later.
    private static final class InlineScheduler implements Scheduler {
        @Override
        public void startup() {}

        @Override
        public void shutdown() {}

        @Override
        public ScheduledFuture<?> schedule(String name, Runnable task, long delayMillis, long periodMillis) {
            if (delayMillis == 0 && periodMillis < 0) task.run();
            return new Done();
        }

        @Override
        public void resizeThreadPool(int size) {}
    }

    private static final class Done extends java.util.concurrent.FutureTask<Object> implements ScheduledFuture<Object> {
        Done() {
            super(() -> "done");
        }

        @Override
        public long getDelay(java.util.concurrent.TimeUnit unit) {
            return 0;
        }

        @Override
        public int compareTo(java.util.concurrent.Delayed other) {
            return 0;
        }
    }
}
