package barnabas.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.Threads;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.group.OffsetCommitKey;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A client that is sent to a coordinator finds one that is loaded, if that does not take too long.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ShardsTest {
    private static final long MINUTE_MILLIS = 60_000;

    private final CountDownLatch disk = new CountDownLatch(1);
    private final Shards<Empty> shards =
            new Shards<>("notes", (_, _) -> new Empty(), Clock.SYSTEM, Threads.SYSTEM, Compression.NONE, 5_000);

    @AfterEach
    void close() {
        disk.countDown();
        shards.close();
    }

    /// A log on a disk that answers when the test says so.
    private ShardLog slowLog() {
        var log = new MemoryLog();
        return new ShardLog() {
            @Override
            public AppendOutcome append(ByteBuffer batch) {
                return log.append(batch);
            }

            @Override
            public void readAll(Consumer<ByteBuffer> sink) {
                try {
                    disk.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }

            @Override
            public long highWatermark() {
                return log.highWatermark();
            }

            @Override
            public int batchBytesMax() {
                return log.batchBytesMax();
            }
        };
    }

    /// A controller moves the leaderships of a broker that stops, and the broker's image has that while it ends.
    @Test
    void noticesAfterTheEndAreIgnored() throws Exception {
        shards.start(1);
        disk.countDown();
        shards.elected(0, 1, slowLog());
        assertThat(shards.awaitLoaded(0, Deadline.inMillis(MINUTE_MILLIS, Clock.SYSTEM)))
                .isTrue();
        shards.close();
        shards.resigned(0, 2);
        shards.elected(0, 3, slowLog());
        shards.topicDeleted();
        assertThat(shards.awaitLoaded(0, Deadline.inMillis(0, Clock.SYSTEM))).isFalse();
    }

    /// As a follower a broker learns of offsets that the next leader has committed, perhaps before its shard resigns.
    @Test
    void anAnswerDoesNotWaitForRecordsOfAnotherEpoch() throws Exception {
        shards.start(1);
        var log = new MemoryLog();
        log.commitOnlyWhenTold();
        shards.elected(0, 4, log);
        assertThat(shards.awaitLoaded(0, Deadline.inMillis(MINUTE_MILLIS, Clock.SYSTEM)))
                .isTrue();
        var answered = new CompletableFuture<String>();
        Call<String> call = Call.handedTo(answered::complete, Enum::name);
        List<CoordinatorRecord> records =
                List.of(CoordinatorRecord.tombstone(OffsetCommitKey.RECORD_TYPE, new OffsetCommitKey("g", "t", 0)));
        shards.submit(0, call, (shard, now) -> Decision.append(records, call, "done", ErrorCode::name));
        while (log.batchCount() == 0) Thread.onSpinWait();
        shards.committed(0, 5, 10);
        shards.resigned(0, 5);
        assertThat(answered.get(1, TimeUnit.MINUTES)).isEqualTo("NOT_COORDINATOR");
    }

    @Test
    void aShardIsAwaitedFromBeforeItsElectionUntilItIsLoaded() throws Exception {
        shards.start(1);
        var loaded = new FutureTask<>(() -> shards.awaitLoaded(0, Deadline.inMillis(MINUTE_MILLIS, Clock.SYSTEM)));
        Thread.ofVirtual().start(loaded);
        shards.elected(0, 1, slowLog());
        assertThat(shards.awaitLoaded(0, Deadline.inMillis(1, Clock.SYSTEM))).isFalse();
        assertThat(loaded.isDone()).isFalse();
        disk.countDown();
        assertThat(loaded.get()).isTrue();
        assertThat(shards.awaitLoaded(0, Deadline.inMillis(0, Clock.SYSTEM))).isTrue();
    }

    @Test
    void waitersAreWokenAtTheEnd() throws Exception {
        shards.start(1);
        var loaded = new FutureTask<>(() -> shards.awaitLoaded(0, Deadline.inMillis(MINUTE_MILLIS, Clock.SYSTEM)));
        Thread.ofVirtual().start(loaded);
        shards.close();
        assertThat(loaded.get()).isFalse();
    }

    /// Leader epochs of a topic that is created again begin at 0.
    @Test
    void aTopicThatIsCreatedAgainIsServed() throws Exception {
        disk.countDown();
        shards.start(1);
        shards.elected(0, 5, slowLog());
        assertThat(shards.awaitLoaded(0, Deadline.inMillis(MINUTE_MILLIS, Clock.SYSTEM)))
                .isTrue();
        shards.topicDeleted();
        assertThat(shards.partitionFor("k")).isEqualTo(-1);
        assertThat(shards.leads(0, 5)).isFalse();
        shards.start(1);
        shards.elected(0, 0, slowLog());
        assertThat(shards.awaitLoaded(0, Deadline.inMillis(MINUTE_MILLIS, Clock.SYSTEM)))
                .isTrue();
        assertThat(shards.leads(0, 0)).isTrue();
    }

    /// A deletion and an election are one after the other: a core that is being made is in no table yet.
    @Test
    void topicIsDeletedBetweenElections() throws Exception {
        disk.countDown();
        var deletion = new Thread[1];
        var made = new Object() {
            @Nullable
            Shards<Empty> shards;
        };
        try (var shards = new Shards<>(
                "notes",
                (_, _) -> {
                    Shards<Empty> elected = Objects.requireNonNull(made.shards);
                    deletion[0] = Thread.ofPlatform().start(elected::topicDeleted);
                    Set<Thread.State> settled = Set.of(Thread.State.WAITING, Thread.State.TERMINATED);
                    while (!settled.contains(deletion[0].getState())) Thread.onSpinWait();
                    assertThat(deletion[0].getState()).isEqualTo(Thread.State.WAITING);
                    return new Empty();
                },
                Clock.SYSTEM,
                Threads.SYSTEM,
                Compression.NONE,
                5_000)) {
            made.shards = shards;
            shards.start(1);
            shards.elected(0, 1, slowLog());
            deletion[0].join();
            assertThat(shards.leads(0, 1)).isFalse();
        }
    }

    private static final class Empty implements Shard {
        private final Timers timers = new Timers();

        @Override
        public @Nullable CoordinatorRecord decode(ByteBuffer key, @Nullable ByteBuffer value) {
            return null;
        }

        @Override
        public void replay(CoordinatorRecord record, long offset, @Nullable Producer producer) {}

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
            return Decision.nothing();
        }
    }
}
