package barnabas.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.coordination.groups.GroupRecords;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.group.OffsetCommitKey;
import barnabas.protocol.group.OffsetCommitValue;
import barnabas.protocol.records.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ShardRuntimeTest {
    /// Remembers a number under each name, stored as an offset of partition 0.
    private static final class Notes implements Shard {
        private final TreeMap<String, Long> notes = new TreeMap<>();
        private final Timers timers = new Timers();
        private final List<Reply<?>> refusals = new ArrayList<>();
        private final List<Ticket<String>> waiting = new ArrayList<>();

        Decision note(Ticket<String> ticket, String name, long number) {
            return Decision.append(
                    List.of(record(name, number)), ticket, name + "=" + number, error -> "failed " + error);
        }

        Decision noteMany(Ticket<String> ticket, int count, boolean atomic) {
            var records = new ArrayList<CoordinatorRecord>();
            for (int i = 0; i < count; i++) records.add(record("n" + i, i));
            return new Decision.Append(
                    records,
                    null,
                    null,
                    atomic,
                    () -> Decision.answer(ticket, "many"),
                    error -> Decision.answer(ticket, "failed " + error));
        }

        Decision read(Ticket<String> ticket) {
            return Decision.answer(ticket, notes.toString());
        }

        Decision waitForNothing(Ticket<String> ticket) {
            waiting.add(ticket);
            return Decision.nothing();
        }

        Decision noteLater(Ticket<String> ticket, long delayMillis, Now now) {
            timers.schedule(now.ticks() + delayMillis, then -> note(ticket, "later", then.ticks()));
            return Decision.nothing();
        }

        private static CoordinatorRecord record(String name, long number) {
            var value = OffsetCommitValue.builder().offset(number).build();
            return new CoordinatorRecord((short) 1, new OffsetCommitKey("g", name, 0), value, (short) 4);
        }

        @Override
        public @Nullable CoordinatorRecord decode(ByteBuffer key, @Nullable ByteBuffer value) {
            return GroupRecords.decode(key, value);
        }

        @Override
        public void replay(CoordinatorRecord record, long offset, @Nullable Producer producer) {
            notes.put(((OffsetCommitKey) record.key()).topic(), ((OffsetCommitValue) record.value()).offset());
        }

        @Override
        public void replayMarker(Producer producer, boolean commit) {}

        @Override
        public Decision loaded(Now now) {
            return Decision.nothing();
        }

        @Override
        public Timers timers() {
            return timers;
        }

        @Override
        public Decision unloaded(ErrorCode error) {
            for (Ticket<String> each : waiting) refusals.add(each.refuse(error));
            return Decision.answers(refusals);
        }
    }

    private record AlarmSetting(long ticks, Runnable wake) {}

    private final VirtualClock clock = new VirtualClock();
    private final List<AlarmSetting> alarms = new ArrayList<>();
    private final Alarm alarm = (ticks, wake) -> {
        var setting = new AlarmSetting(ticks, wake);
        alarms.add(setting);
        return () -> alarms.remove(setting);
    };
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private final MemoryLog log = new MemoryLog();
    private final List<String> answers = new ArrayList<>();
    private ShardRuntime<Notes> runtime = runtime();

    private ShardRuntime<Notes> runtime() {
        var environment = new ShardRuntime.Environment(clock, alarm, tasks::add, Compression.NONE, 5_000);
        return new ShardRuntime<>("notes-0", new Notes(), log, environment);
    }

    private Call<String> call() {
        return Call.handedTo(answers::add, error -> "refused " + error);
    }

    private void note(String name, long number) {
        Call<String> call = call();
        runtime.submit(call, (shard, now) -> shard.note(call, name, number));
        work();
    }

    private void read() {
        Call<String> call = call();
        runtime.submit(call, (shard, now) -> shard.read(call));
        work();
    }

    private void work() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) task.run();
    }

    private void advance(long millis) {
        clock.advance(millis);
        for (AlarmSetting each : List.copyOf(alarms)) {
            if (each.ticks > clock.elapsedMillis()) continue;
            alarms.remove(each);
            each.wake.run();
        }
        work();
    }

    @Test
    void answersComeOnceTheRecordsAreInTheLog() {
        runtime.load();
        note("a", 1);
        note("b", 2);
        read();
        assertThat(answers).containsExactly("a=1", "b=2", "{a=1, b=2}");
        assertThat(log.batchCount()).isEqualTo(2);
    }

    @Test
    void writtenStateIsThereAfterTheNextElection() {
        runtime.load();
        note("a", 1);
        note("a", 2);
        runtime.close(ErrorCode.NOT_COORDINATOR);
        work();
        runtime = runtime();
        runtime.load();
        read();
        assertThat(answers).containsExactly("a=1", "a=2", "{a=2}");
    }

    @Test
    void requestsAreRefusedBeforeTheLoad() {
        note("a", 1);
        assertThat(answers).containsExactly("refused COORDINATOR_LOAD_IN_PROGRESS");
    }

    @Test
    void aLogThatCannotBeReadLeavesTheShardUnavailable() {
        log.append(ByteBuffer.wrap(BatchEncoding.batch(List.of(Notes.record("a", 1)), null, 0, Compression.NONE)
                .array()));
        log.readAll(batch -> batch.put(batch.limit() - 1, (byte) 77));
        runtime.load();
        note("a", 1);
        assertThat(answers).containsExactly("refused COORDINATOR_NOT_AVAILABLE");
    }

    @Test
    void malformedRecordsAreSkipped() {
        log.append(BatchEncoding.batch(List.of(Notes.record("a", 1)), null, 0, Compression.NONE));
        var builder = new RecordBatchBuilder(Compression.NONE);
        builder.append(0, new byte[] {0, 1, 0, -1}, new byte[] {0, 4}); // an offset key that ends early
        builder.append(0, new byte[] {0}, new byte[0]); // not even a record type
        byte[] key = Notes.record("a", 0).keyBytes();
        builder.append(0, key, new byte[] {0, 99, 1}); // a version from nowhere
        builder.append(0, key, new byte[] {0, 4, 1}); // a value that ends early
        log.append(builder.build());
        log.append(BatchEncoding.batch(List.of(Notes.record("b", 2)), null, 0, Compression.NONE));
        runtime.load();
        read();
        assertThat(answers).containsExactly("{a=1, b=2}");
    }

    /// Random bytes in place of keys and values: a record is read or skipped, and the shard is there.
    @Test
    void randomRecordsNeverKeepAShardFromLoading() {
        long seed = Long.getLong("barnabas.seed", 7);
        var random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            byte[] key = Notes.record("a", 1).keyBytes();
            byte[] value = Notes.record("a", 1).valueBytes();
            for (int i = random.nextInt(3); i >= 0; i--) key[random.nextInt(key.length)] = (byte) random.nextInt();
            for (int i = random.nextInt(3); i >= 0; i--) value[random.nextInt(value.length)] = (byte) random.nextInt();
            var builder = new RecordBatchBuilder(Compression.NONE);
            builder.append(
                    0,
                    Arrays.copyOf(key, random.nextInt(key.length + 1)),
                    Arrays.copyOf(value, random.nextInt(value.length + 1)));
            log.append(builder.build());
        }
        log.append(BatchEncoding.batch(List.of(Notes.record("b", 2)), null, 0, Compression.NONE));
        runtime.load();
        read();
        assertThat(answers).as("seed " + seed).singleElement().asString().contains("b=2");
    }

    @Test
    void answersWaitForTheHighWatermark() {
        runtime.load();
        log.commitOnlyWhenTold();
        note("a", 1);
        read();
        assertThat(answers)
                .as("reads too: they could see what a failover takes back")
                .isEmpty();
        runtime.committed(log.commitAll());
        work();
        assertThat(answers).containsExactly("a=1", "{a=1}");
    }

    @Test
    void uncommittedRequestsAreRefusedAfterTheTimeout() {
        runtime.load();
        log.commitOnlyWhenTold();
        note("a", 1);
        advance(4_999);
        assertThat(answers).isEmpty();
        advance(1);
        assertThat(answers).containsExactly("refused COORDINATOR_NOT_AVAILABLE");
        runtime.committed(log.commitAll());
        work();
        assertThat(answers).hasSize(1);
    }

    @Test
    void aFailedAppendChangesNothing() {
        runtime.load();
        note("a", 1);
        log.fail(ErrorCode.NOT_ENOUGH_REPLICAS);
        note("a", 2);
        log.fail(null);
        read();
        assertThat(answers).containsExactly("a=1", "failed NOT_ENOUGH_REPLICAS", "{a=1}");
    }

    @Test
    void largeDecisionsAreSplitOrRefused() {
        runtime.load();
        log.limitBatches(300);
        Call<String> atomic = call();
        runtime.submit(atomic, (shard, now) -> shard.noteMany(atomic, 20, true));
        work();
        assertThat(answers).containsExactly("failed MESSAGE_TOO_LARGE");
        assertThat(log.batchCount()).isZero();
        Call<String> loose = call();
        runtime.submit(loose, (shard, now) -> shard.noteMany(loose, 20, false));
        work();
        assertThat(answers).last().isEqualTo("many");
        assertThat(log.batchCount()).isGreaterThan(1);
    }

    @Test
    void timeoutsFireByTheAlarm() {
        runtime.load();
        Call<String> call = call();
        runtime.submit(call, (shard, now) -> shard.noteLater(call, 100, now));
        work();
        advance(99);
        assertThat(answers).isEmpty();
        advance(1);
        assertThat(answers).containsExactly("later=100");
    }

    @Test
    void oneAlarmIsSetAndNoneKeepsAClosedShard() {
        runtime.load();
        for (long delayMillis : List.of(300_000L, 200_000L, 250_000L)) {
            Call<String> call = call();
            runtime.submit(call, (shard, now) -> shard.noteLater(call, delayMillis, now));
            work();
        }
        assertThat(alarms).extracting(AlarmSetting::ticks).containsExactly(200_000L);
        runtime.close(ErrorCode.NOT_COORDINATOR);
        work();
        assertThat(alarms).isEmpty();
    }

    @Test
    void closingRefusesWhoWaitsAndWhoComes() {
        runtime.load();
        Call<String> waiting = call();
        runtime.submit(waiting, (shard, now) -> shard.waitForNothing(waiting));
        log.commitOnlyWhenTold();
        note("a", 1);
        runtime.close(ErrorCode.NOT_COORDINATOR);
        work();
        read();
        assertThat(answers)
                .containsExactly("refused NOT_COORDINATOR", "refused NOT_COORDINATOR", "refused NOT_COORDINATOR");
    }

    @Test
    void aRequestThatFailsHarmsOnlyItself() {
        runtime.load();
        Call<String> call = call();
        runtime.submit(call, (shard, now) -> {
            throw new IllegalStateException("a bug");
        });
        work();
        note("a", 1);
        assertThat(answers).containsExactly("refused UNKNOWN_SERVER_ERROR", "a=1");
    }

    @Test
    void theQueueIsBounded() {
        runtime.load();
        for (int i = 0; i < ShardRuntime.QUEUE_MAX + 10; i++) {
            Call<String> call = call();
            runtime.submit(call, (shard, now) -> shard.read(call));
        }
        assertThat(answers).hasSize(10).containsOnly("refused COORDINATOR_NOT_AVAILABLE");
        work();
        assertThat(answers).hasSize(ShardRuntime.QUEUE_MAX + 10);
    }
}
