package barnabas.log;

import static barnabas.log.LogFixture.START_MILLIS;
import static barnabas.log.LogFixture.opened;
import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.FileDisk;
import barnabas.base.ManualClock;
import barnabas.base.Threads;
import barnabas.log.directory.LogDirectory;
import barnabas.log.partition.PartitionLog;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import barnabas.protocol.records.ControlRecord;
import barnabas.protocol.records.RecordBatch;
import barnabas.protocol.records.RecordBatchBuilder;
import barnabas.protocol.records.TimestampType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.server.storage.log.FetchIsolation;
import org.apache.kafka.storage.internals.checkpoint.PartitionMetadataFile;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.ProducerStateManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The same appends into our log and into Kafka's: same answers, same files, and each opens what the other wrote.
class LogAgainstKafkaTest {
    private static final int STEPS = 400;

    @TempDir
    Path temporary;

    private final ManualClock clock = new ManualClock(START_MILLIS);
    private final Map<String, String> kafkaConfig = new HashMap<>(Map.of(
            "internal.segment.bytes", "20000",
            "index.interval.bytes", "500",
            "segment.index.bytes", "10485760"));
    private final LogConfig config =
            LogConfig.DEFAULTS.withSegments(new LogConfig.Segments(20_000, 604_800_000, 0, 500, 10_485_760, false));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void sameAnswersAndSameFiles(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        var directory = openDirectory(temporary.resolve("ours"));
        var ours = openLog(directory);
        try (var kafka = new KafkaLog(temporary.resolve("kafka/t-0"), kafkaConfig, clock, 0, true)) {
            var workload = new Workload(random);
            for (int step = 0; step < STEPS; step++) {
                clock.advance(Duration.ofMillis(random.nextInt(50)));
                var append = workload.next(clock.millis());
                long before = ours.logEndOffset();
                var mine = ours(ours, append);
                var theirs = kafka.append(append.copy(), append.origin(), 3, append.transactionVersion());
                assertThat(mine)
                        .as("seed %d step %d: %s", seed, step, append)
                        .isEqualTo(theirs.replaceAll("\\(offset=(\\d+), segment=\\[-1:-1]\\)", "$1"));
                if (mine.startsWith("appended")) workload.appended(append);
                if (kafka.log().logEndOffset() == before) rollAsKafka(ours, kafka);
                assertThat(ours.segmentBaseOffsets())
                        .as("segments after seed %d step %d: %s", seed, step, append)
                        .isEqualTo(kafka.log().logSegments().stream()
                                .map(segment -> segment.baseOffset())
                                .toList());
                compareViews(ours, kafka, random, seed, step);
            }
            assertThat(ours.logEndOffset()).isEqualTo(kafka.log().logEndOffset());
            compareTimes(ours, kafka, random);
            directory.close();
        }
        compareFiles(temporary.resolve("ours/t-0"), temporary.resolve("kafka/t-0"));
    }

    /// Kafka makes room for a batch before it finds out that it will not append it.
    private void rollAsKafka(PartitionLog ours, KafkaLog kafka) throws IOException {
        if (kafka.log().numberOfSegments() == ours.segmentCount()) return;
        ours.reconfigure(config.withSegments(new LogConfig.Segments(20_000, -1, 0, 500, 10_485_760, false)));
        ours.rollIfDue(clock.millis());
        ours.reconfigure(config);
    }

    private void compareViews(PartitionLog ours, KafkaLog kafka, SplittableRandom random, long seed, int step)
            throws IOException {
        if (random.nextInt(5) > 0) return;
        long end = ours.logEndOffset();
        long highWatermark = Math.max(kafka.log().highWatermark(), end - random.nextInt(20));
        kafka.log().updateHighWatermark(highWatermark);
        assertThat(ours.lastStableOffset(highWatermark))
                .as("last stable offset, seed %d step %d", seed, step)
                .isEqualTo(kafka.log().lastStableOffset());
        long from = random.nextLong(end + 1);
        int maxBytes = random.nextInt(5000);
        var theirRead = kafka.log().read(from, maxBytes, FetchIsolation.TXN_COMMITTED, true);
        try (var slice = (LogSlice) ours.read(from, maxBytes, true, ours.lastStableOffset(highWatermark))) {
            assertThat(slice.sizeBytes())
                    .as(
                            "read of %d bytes from %d to %d, high watermark %d, end %d, seed %d step %d, %s",
                            maxBytes, from, slice.endOffsetBound(), highWatermark, end, seed, step, batchesIn(slice))
                    .isEqualTo(theirRead.records.sizeInBytes());
            assertThat(ours.abortedTransactions(slice).stream()
                            .map(t -> List.of(t.producerId(), t.firstOffset()))
                            .toList())
                    .as("aborted from %d, seed %d step %d", from, seed, step)
                    .isEqualTo(theirRead.abortedTransactions.orElse(List.of()).stream()
                            // Kafka also names transactions that start behind the last stable offset
                            .filter(t -> t.firstOffset() < slice.endOffsetBound())
                            .map(t -> List.of(t.producerId(), t.firstOffset()))
                            .toList());
        }
        var mine = ours.activeProducers().stream()
                .map(p -> List.<Object>of(
                        p.producerId(),
                        (int) p.producerEpoch(),
                        p.lastSequence(),
                        p.coordinatorEpoch(),
                        p.currentTransactionFirstOffset(),
                        p.lastTimestampMillis()))
                .collect(Collectors.toSet());
        var theirs = kafka.log().activeProducers().stream()
                .map(p -> List.<Object>of(
                        p.producerId(),
                        p.producerEpoch(),
                        p.lastSequence(),
                        p.coordinatorEpoch(),
                        p.currentTxnStartOffset(),
                        p.lastTimestamp()))
                .collect(Collectors.toSet());
        assertThat(mine).as("producers, seed %d step %d", seed, step).isEqualTo(theirs);
    }

    private static List<String> batchesIn(LogSlice slice) throws IOException {
        var found = new java.util.ArrayList<String>();
        var cursor = new barnabas.protocol.records.BatchCursor(slice.copy());
        while (cursor.next()) found.add(cursor.batch().toString());
        return found;
    }

    private void compareTimes(PartitionLog ours, KafkaLog kafka, SplittableRandom random) throws IOException {
        for (int i = 0; i < 200; i++) {
            long wanted = START_MILLIS - 1000 + random.nextLong(clock.millis() - START_MILLIS + 4000);
            var mine = ours.firstOffsetAtOrAfter(wanted, Long.MAX_VALUE);
            var theirs =
                    kafka.log().fetchOffsetByTimestamp(wanted, Optional.empty()).timestampAndOffsetOpt();
            assertThat(mine.map(found -> found.offset() + "@" + found.timestampMillis() + " " + found.leaderEpoch()))
                    .as("time %d", wanted)
                    .isEqualTo(theirs.map(
                            found -> found.offset + "@" + found.timestamp + " " + found.leaderEpoch.orElse(-1)));
        }
        var largest = kafka.log().fetchOffsetByTimestamp(-3, Optional.empty()).timestampAndOffsetOpt();
        assertThat(ours.maxTimestamp().map(found -> found.offset() + "@" + found.timestampMillis()))
                .isEqualTo(largest.map(found -> found.offset + "@" + found.timestamp));
    }

    private static void compareFiles(Path ours, Path kafkas) throws IOException {
        var mine = files(ours);
        var theirs = files(kafkas);
        for (var name : theirs.keySet()) {
            if (name.endsWith(".snapshot")) {
                // Kafka keeps the newest ones only, in a hash map's order, and without what we append
                assertThat(readSnapshot(ours.resolve(name))).isEqualTo(readSnapshot(kafkas.resolve(name)));
            } else if (name.endsWith("index")) {
                // Kafka preallocates its indexes and may leave the zeros behind
                var entries = mine.getOrDefault(name, ByteBuffer.allocate(0));
                var kafkaEntries = theirs.get(name);
                assertThat(kafkaEntries.slice(0, entries.limit())).as(name).isEqualTo(entries);
                for (int i = entries.limit(); i < kafkaEntries.limit(); i++)
                    assertThat(kafkaEntries.get(i)).isZero();
            } else if (!name.equals("partition.metadata")) {
                assertThat(mine.getOrDefault(name, ByteBuffer.allocate(0)))
                        .as(name)
                        .isEqualTo(theirs.get(name));
            }
        }
        assertThat(mine.keySet()).allMatch(name -> theirs.containsKey(name) || name.endsWith(".snapshot"));
        assertThat(theirs.keySet().stream().filter(name -> name.endsWith(".log")))
                .hasSizeGreaterThan(3);
        // with a line of our own, which Kafka reads over
        assertThat(kafkaReads(ours)).isEqualTo(kafkaReads(kafkas));
        assertThat(Files.readString(ours.resolve("partition.metadata")))
                .startsWith(Files.readString(kafkas.resolve("partition.metadata")));
    }

    private static Uuid kafkaReads(Path log) {
        return new PartitionMetadataFile(log.resolve("partition.metadata").toFile(), new LogDirFailureChannel(1))
                .read()
                .topicId();
    }

    private static Map<Long, String> readSnapshot(Path file) throws IOException {
        return ProducerStateManager.readSnapshot(file.toFile()).stream()
                .collect(Collectors.toMap(entry -> entry.producerId(), Object::toString, (a, b) -> b, TreeMap::new));
    }

    private static Map<String, ByteBuffer> files(Path directory) throws IOException {
        try (var listed = Files.list(directory)) {
            var found = new TreeMap<String, ByteBuffer>();
            for (var file : listed.toList())
                found.put(file.getFileName().toString(), ByteBuffer.wrap(Files.readAllBytes(file)));
            return found;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void kafkaOpensWhatWeWrote(boolean closed) throws Exception {
        var directory = openDirectory(temporary);
        var ours = openLog(directory);
        fill(ours, 11);
        long end = ours.logEndOffset();
        var expected = LogFixture.recordsFrom(ours, 0, end);
        if (closed) directory.close();
        try (var kafka = new KafkaLog(temporary.resolve("t-0"), kafkaConfig, clock, closed ? end : 0, closed)) {
            assertThat(kafka.log().logEndOffset()).isEqualTo(end);
            var found = kafka.recordsFrom(0);
            assertThat(found).hasSameSizeAs(expected);
            for (int i = 0; i < found.size(); i++) {
                assertThat(found.get(i).offset()).isEqualTo(expected.get(i).offset());
                assertThat(found.get(i).timestamp()).isEqualTo(expected.get(i).timestamp());
                assertThat(found.get(i).value()).isEqualTo(expected.get(i).value());
            }
            assertThat(kafka.log().activeProducers()).hasSameSizeAs(ours.activeProducers());
            assertThat(kafka.log().topicId()).contains(new org.apache.kafka.common.Uuid(1, 2));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void weOpenWhatKafkaWrote(boolean closed) throws Exception {
        var files = temporary.resolve("t-0");
        var kafka = new KafkaLog(files, kafkaConfig, clock, 0, true);
        var workload = new Workload(new SplittableRandom(5));
        for (int step = 0; step < STEPS; step++) {
            var append = workload.next(clock.millis());
            if (kafka.append(append.copy(), append.origin(), 3, append.transactionVersion())
                    .startsWith("appended")) workload.appended(append);
        }
        long end = kafka.log().logEndOffset();
        var records = kafka.recordsFrom(0);
        var producers = kafka.log().activeProducers();
        if (closed) {
            kafka.close();
            Files.writeString(temporary.resolve(".kafka_cleanshutdown"), "{\"version\":0,\"brokerEpoch\":7}");
            Files.writeString(temporary.resolve("recovery-point-offset-checkpoint"), "0\n1\nt 0 " + end + "\n");
        }
        var ours = openLog(openDirectory(temporary));
        assertThat(ours.logEndOffset()).isEqualTo(end);
        assertThat(LogFixture.recordsFrom(ours, 0, end)).hasSameSizeAs(records);
        assertThat(ours.topicId()).contains(LogFixture.TOPIC_ID);
        assertThat(ours.activeProducers()).hasSameSizeAs(producers);
        assertThat(ours.latestLeaderEpoch()).hasValue(3);
    }

    @Test
    void kafkaReadsTheProducersOfAPartlyKnownSnapshot() throws Exception {
        var directory = openDirectory(temporary);
        var ours = openLog(directory);
        for (int i = 0; i < 7; i++)
            LogFixture.appended(ours.append(LogFixture.batchOf(9, 0, 2 * i, false, "a", "b"), AppendOrigin.CLIENT, 0));
        directory.close();
        var entry = ProducerStateManager.readSnapshot(
                        temporary.resolve("t-0/00000000000000000014.snapshot").toFile())
                .getFirst();
        assertThat(entry.producerId()).isEqualTo(9);
        assertThat(entry.lastDataOffset()).isEqualTo(13);
        assertThat(entry.batchMetadata()).hasSize(1);
    }

    private void fill(PartitionLog log, long seed) {
        var workload = new Workload(new SplittableRandom(seed));
        for (int step = 0; step < STEPS; step++) {
            var append = workload.next(clock.millis());
            if (ours(log, append).startsWith("appended")) workload.appended(append);
        }
    }

    private LogDirectory openDirectory(Path path) {
        var environment = new LogEnvironment(
                new FileDisk(),
                clock,
                Threads.SYSTEM,
                new Random(1),
                Runnable::run,
                100,
                LogEnvironment.ProducerLimits.ofMillis(86_400_000),
                LogEnvironment.Durability.DEFAULTS);
        var opening = LogDirectory.open(path, new LogDirectory.Identity(Optional.empty(), 1), environment);
        assertThat(opening).isInstanceOf(LogDirectory.Opening.Opened.class);
        return ((LogDirectory.Opening.Opened) opening).directory();
    }

    private PartitionLog openLog(LogDirectory directory) {
        return opened(directory.openLog(LogFixture.PARTITION, LogFixture.TOPIC_ID, config))
                .log();
    }

    private static String ours(PartitionLog log, Append append) {
        var result = append.marker().isPresent()
                ? log.endTransaction(append.marker().get(), 3)
                : log.append(append.copy(), append.origin(), 3);
        return switch (result) {
            case AppendResult.Appended(var first, var last, var _, var _) -> "appended " + first + ".." + last;
            case AppendResult.Duplicate(var first, var last, var _, var _) -> "appended " + first + ".." + last;
            case AppendResult.Corrupt(var message) -> "CorruptRecordException: " + message;
            case AppendResult.TooLarge(var message) -> "RecordTooLargeException: " + message;
            case AppendResult.LargerThanSegment(var message) -> "RecordBatchTooLargeException: " + message;
            case AppendResult.UnsupportedMagic(var _, var message) -> "UnsupportedMagic: " + message;
            case AppendResult.InvalidRecord(var message, var _) -> "InvalidRecordException: " + message;
            case AppendResult.InvalidTimestamp(var message, var _) -> "InvalidTimestampException: " + message;
            case AppendResult.UnsupportedCodec(var message) -> "UnsupportedCompressionTypeException: " + message;
            // with the difference on purpose: Kafka answers what makes clients send it again
            case AppendResult.OldDuplicate(var _, var message) -> "OutOfOrderSequenceException: " + message;
            case AppendResult.OutOfOrderSequence(var message) -> "OutOfOrderSequenceException: " + message;
            case AppendResult.InvalidProducerEpoch(var message) -> "InvalidProducerEpochException: " + message;
            case AppendResult.InvalidTransactionState(var message) -> "InvalidTxnStateException: " + message;
            case AppendResult.CoordinatorFenced(var message) -> "TransactionCoordinatorFencedException: " + message;
            case AppendResult.UnexpectedOffset unexpected -> unexpected.toString();
            case AppendResult.TakesLong late -> late.toString();
            case AppendResult.Fenced fenced -> fenced.toString();
            case AppendResult.Closed closed -> closed.toString();
            case AppendResult.StorageFailed(var cause) -> throw new AssertionError(cause);
        };
    }

    /// One append to both logs.
    private record Append(
            ByteBuffer bytes,
            AppendOrigin origin,
            Optional<TransactionMarker> marker,
            int transactionVersion,
            long producerId,
            int records) {
        ByteBuffer copy() {
            return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
        }

        @Override
        public String toString() {
            return origin + " " + RecordBatch.at(bytes, 0)
                    + marker.map(m -> " " + m).orElse("");
        }
    }

    /// Makes appends that are mostly right and sometimes wrong in one way.
    private static final class Workload {
        private static final int PRODUCERS = 4;

        private final SplittableRandom random;
        private final int[] epochs = new int[PRODUCERS];
        private final int[] sequences = new int[PRODUCERS];
        private final boolean[] open = new boolean[PRODUCERS];
        private Optional<Append> previous = Optional.empty();
        private int coordinatorEpoch;

        Workload(SplittableRandom random) {
            this.random = random;
            for (int i = 0; i < PRODUCERS; i++) sequences[i] = random.nextBoolean() ? 0 : Integer.MAX_VALUE - 20;
        }

        Append next(long now) {
            int kind = random.nextInt(12);
            if (kind < 3) return data(now, -1, 0, -1, false);
            int producer = random.nextInt(PRODUCERS);
            if (kind == 3 && previous.isPresent()) return previous.get();
            if (kind == 4) return marker(producer, now);
            if (kind == 5) return wrongData(producer, now);
            if (random.nextInt(25) == 0) {
                epochs[producer]++;
                sequences[producer] = 0;
            }
            // the first two are transactional
            boolean transactional = producer < 2;
            if (transactional) open[producer] = true;
            return data(now, producer, epochs[producer], sequences[producer], transactional);
        }

        private Append wrongData(int producer, long now) {
            int epoch = epochs[producer] + random.nextInt(-1, 2);
            int sequence = (sequences[producer] + random.nextInt(-3, 4)) & Integer.MAX_VALUE;
            boolean transactional = random.nextBoolean();
            return data(now, producer, Math.max(0, epoch), sequence, transactional);
        }

        private Append marker(int producer, long now) {
            if (random.nextInt(4) == 0) coordinatorEpoch++;
            int version = random.nextInt(3);
            int epoch = Math.max(
                    0, epochs[producer] + random.nextInt(version == 2 ? 2 : 1) - (random.nextInt(8) == 0 ? 1 : 0));
            int byCoordinator = Math.max(0, coordinatorEpoch - (random.nextInt(6) == 0 ? 1 : 0));
            boolean commit = random.nextBoolean();
            var marker = new TransactionMarker(producer, (short) epoch, byCoordinator, commit, version);
            var bytes = ControlRecord.endTransaction(commit, producer, (short) epoch, byCoordinator, now);
            return new Append(bytes, AppendOrigin.COORDINATOR, Optional.of(marker), version, producer, 0);
        }

        private Append data(long now, long producerId, int epoch, int sequence, boolean transactional) {
            var codec = CompressionCodec.values()[random.nextInt(5)];
            var builder = new RecordBatchBuilder(Compression.of(codec));
            if (producerId >= 0) builder.producer(producerId, (short) epoch, sequence);
            if (transactional && producerId >= 0) builder.transactional();
            int records = 1 + random.nextInt(6);
            for (int i = 0; i < records; i++)
                builder.append(
                        now + random.nextInt(-500, 500), new byte[random.nextInt(9)], new byte[random.nextInt(300)]);
            var append = new Append(builder.build(), AppendOrigin.CLIENT, Optional.empty(), 0, producerId, records);
            if (producerId >= 0) previous = Optional.of(append);
            return append;
        }

        /// Keeps the picture of each producer near enough to the log's that most appends are right.
        void appended(Append append) {
            if (append.producerId() < 0) return;
            int producer = (int) append.producerId();
            var batch = RecordBatch.at(append.bytes(), 0);
            if (append.marker().isPresent()) {
                if (batch.producerEpoch() > epochs[producer]) sequences[producer] = 0;
                epochs[producer] = Math.max(epochs[producer], batch.producerEpoch());
                open[producer] = false;
                return;
            }
            epochs[producer] = batch.producerEpoch();
            sequences[producer] = RecordBatch.sequenceAfter(batch.lastSequence(), 1);
        }
    }

    @Test
    void theSameTimestampRulesAsKafka() throws Exception {
        kafkaConfig.put("message.timestamp.before.max.ms", "5000");
        var directory = openDirectory(temporary.resolve("ours"));
        var ours = openLog(directory);
        ours.reconfigure(config.withTimestamps(new LogConfig.Timestamps(TimestampType.CREATE_TIME, 5000, 3_600_000)));
        try (var kafka = new KafkaLog(temporary.resolve("kafka/t-0"), kafkaConfig, clock, 0, true)) {
            for (long offset : new long[] {-5001, -5000, 0, 3_600_000, 3_600_001, -START_MILLIS - 1}) {
                for (var codec : List.of(CompressionCodec.NONE, CompressionCodec.LZ4)) {
                    var batch = new RecordBatchBuilder(Compression.of(codec))
                            .append(START_MILLIS, null, new byte[3])
                            .append(START_MILLIS + offset, null, new byte[3])
                            .build();
                    var append = new Append(batch, AppendOrigin.CLIENT, Optional.empty(), 0, -1, 2);
                    assertThat(ours(ours, append))
                            .as("%d ms off, %s", offset, codec)
                            .isEqualTo(kafka.append(append.copy(), AppendOrigin.CLIENT, 3, 0));
                }
            }
        }
    }

    @Test
    void theSameRefusalsAsKafka() throws Exception {
        kafkaConfig.put("cleanup.policy", "compact");
        kafkaConfig.put("max.message.bytes", "1000");
        var directory = openDirectory(temporary.resolve("ours"));
        var ours = openLog(directory);
        ours.reconfigure(config.withMaxMessageBytes(1000)
                .withCompaction(new LogConfig.Compaction(true, 0.5, 86_400_000, 0, Long.MAX_VALUE)));
        try (var kafka = new KafkaLog(temporary.resolve("kafka/t-0"), kafkaConfig, clock, 0, true)) {
            var keyed = new byte[] {1};
            var cases = new TreeMap<String, ByteBuffer>();
            cases.put("no keys", batch(b -> b.append(START_MILLIS, null, keyed).append(START_MILLIS, null, keyed)));
            cases.put("four without keys", batch(b -> {
                for (int i = 0; i < 4; i++) b.append(START_MILLIS, null, keyed);
            }));
            cases.put("too large", batch(b -> b.append(START_MILLIS, keyed, new byte[2000])));
            cases.put("base offset", batch(b -> b.baseOffset(7).append(START_MILLIS, keyed, keyed)));
            cases.put(
                    "negative sequence", batch(b -> b.producer(1, (short) 0, -1).append(START_MILLIS, keyed, keyed)));
            cases.put("control", ControlRecord.endTransaction(true, 5, (short) 0, 0, START_MILLIS));
            var count = batch(b -> b.append(START_MILLIS, keyed, keyed));
            count.putInt(57, 2);
            seal(count);
            cases.put("count", count);
            var delta = batch(b -> b.append(START_MILLIS, keyed, keyed));
            delta.putInt(23, -2);
            seal(delta);
            cases.put("offset range", delta);
            var crc = batch(b -> b.append(START_MILLIS, keyed, keyed));
            crc.putInt(17, 12345);
            cases.put("crc", crc);
            cases.put("empty", ByteBuffer.allocate(0));
            for (var each : cases.entrySet()) {
                var append = new Append(each.getValue(), AppendOrigin.CLIENT, Optional.empty(), 0, -1, 1);
                var theirs = kafka.append(append.copy(), AppendOrigin.CLIENT, 3, 0);
                if (each.getKey().equals("empty")) {
                    // Kafka's log takes nothing for success; its Produce request refuses it before
                    assertThat(ours(ours, append)).startsWith("InvalidRecordException");
                    continue;
                }
                assertThat(theirs).as(each.getKey()).doesNotStartWith("appended");
                assertThat(ours(ours, append)).as(each.getKey()).isEqualTo(theirs);
            }
        }
    }

    private static void seal(ByteBuffer batch) {
        var view = RecordBatch.at(batch, 0);
        view.rewriteTimestamp(TimestampType.CREATE_TIME, view.maxTimestamp());
    }

    private static ByteBuffer batch(java.util.function.Consumer<RecordBatchBuilder> filling) {
        var builder = new RecordBatchBuilder(Compression.NONE);
        filling.accept(builder);
        return builder.build();
    }
}
