package barnabas.console.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.client.TopicPartition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Live tails that wait for the ends of partitions together.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TailEndsTest {
    private static final List<TopicPartition> FIRST = List.of(new TopicPartition("t", 0));
    private static final List<TopicPartition> BOTH = List.of(new TopicPartition("t", 0), new TopicPartition("t", 1));

    private final AtomicLong end = new AtomicLong(7);
    private final AtomicInteger looks = new AtomicInteger();
    private final TailEnds tails = new TailEnds(this::look, Clock.SYSTEM, 10);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    private volatile CountDownLatch awaited = new CountDownLatch(1);

    private Map<TopicPartition, Long> look(List<TopicPartition> partitions) {
        looks.incrementAndGet();
        awaited.countDown();
        var ends = new TreeMap<TopicPartition, Long>();
        for (TopicPartition each : partitions) ends.put(each, end.get());
        return ends;
    }

    private static Deadline in(int seconds) {
        return Deadline.in(Duration.ofSeconds(seconds), Clock.SYSTEM);
    }

    private Future<Map<TopicPartition, Long>> waiting(Map<TopicPartition, Long> seen) {
        return threads.submit(() -> tails.await(FIRST, seen, in(50)));
    }

    /// Returns when the cluster was asked so many times more.
    private void awaitLooks(int count) throws InterruptedException {
        var latch = new CountDownLatch(count);
        awaited = latch;
        latch.await();
    }

    @Test
    void fiftyTailsAreOneLookAQuarterOfASecond() throws Exception {
        Map<TopicPartition, Long> seen = tails.await(FIRST, null, in(10));
        assertThat(seen).containsValue(7L);
        long begun = System.nanoTime();
        var all = new ArrayList<Future<Map<TopicPartition, Long>>>();
        for (int i = 0; i < 50; i++) all.add(waiting(seen));
        awaitLooks(3);
        long quarters = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 250;
        assertThat(looks.get()).isLessThanOrEqualTo((int) quarters + 2);
        end.set(8);
        for (Future<Map<TopicPartition, Long>> each : all)
            assertThat(each.get()).containsValue(8L);
    }

    @Test
    void recordsThatFollowEachOtherAreOneAnswerASecond() throws Exception {
        Map<TopicPartition, Long> seen = tails.await(FIRST, null, in(10));
        end.set(8);
        seen = tails.await(FIRST, seen, in(10));
        long begun = System.nanoTime();
        end.set(9);
        assertThat(tails.await(FIRST, seen, in(10))).containsValue(9L);
        assertThat(System.nanoTime() - begun).isBetween(900_000_000L, 20_000_000_000L);
    }

    @Test
    void anotherOneLooksWhenALookingTailGoes() throws Exception {
        Map<TopicPartition, Long> seen = tails.await(FIRST, null, in(10));
        Future<Map<TopicPartition, Long>> first = waiting(seen);
        awaitLooks(1);
        Future<Map<TopicPartition, Long>> second = waiting(seen);
        first.cancel(true);
        awaitLooks(2);
        end.set(9);
        assertThat(second.get()).containsValue(9L);
    }

    @Test
    void aWaitEndsWithTheEndsAsTheyAre() throws Exception {
        Map<TopicPartition, Long> seen = tails.await(FIRST, null, in(10));
        assertThat(tails.await(FIRST, seen, Deadline.inMillis(20, Clock.SYSTEM)))
                .isEqualTo(seen);
    }

    /// A tail of one partition and one of all had each other's ends.
    @Test
    void eachSetOfPartitionsHasItsOwnEnds() throws Exception {
        assertThat(tails.await(FIRST, null, in(10))).hasSize(1);
        assertThat(tails.await(BOTH, null, in(10))).hasSize(2);
        assertThat(tails.await(FIRST, null, in(10))).hasSize(1);
    }

    @Test
    void aClientThatHasGoneWaitsNoLonger() throws Exception {
        Map<TopicPartition, Long> seen = tails.await(FIRST, null, in(10));
        Future<Map<TopicPartition, Long>> gone = threads.submit(() -> {
            Thread.currentThread().interrupt();
            return tails.await(FIRST, seen, in(50));
        });
        assertThatThrownBy(gone::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
    }
}
