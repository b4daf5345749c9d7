package barnabas.console.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.client.ClientException;
import barnabas.client.StoppedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Requests that ask for the same at the same moment.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SharedTest {
    private long nowMillis;
    private final Clock clock = new Clock() {
        @Override
        public long millis() {
            return nowMillis;
        }

        @Override
        public long nanos() {
            return nowMillis * 1_000_000;
        }
    };
    private final Shared<String, Integer> shared = new Shared<>(2, Duration.ofSeconds(1), each -> each >= 0);
    private final AtomicInteger loads = new AtomicInteger();

    private int value(String key) throws ClientException, InterruptedException {
        return shared.value(key, clock, loads::incrementAndGet);
    }

    @Test
    void fiftyThatAskTogetherLoadOnce() throws Exception {
        var mayEnd = new CountDownLatch(1);
        var results = new ArrayList<Future<Integer>>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++)
                results.add(threads.submit(() -> shared.value("a", clock, () -> {
                    mayEnd.await();
                    return loads.incrementAndGet();
                })));
            mayEnd.countDown();
            for (Future<Integer> each : results) assertThat(each.get()).isEqualTo(1);
        }
    }

    @Test
    void anOldAnswerIsLoadedAgain() throws Exception {
        assertThat(value("a")).isEqualTo(1);
        nowMillis += 999;
        assertThat(value("a")).isEqualTo(1);
        nowMillis += 1;
        assertThat(value("a")).isEqualTo(2);
    }

    @Test
    void theOneNotUsedForLongestMakesRoom() throws Exception {
        for (String each : List.of("a", "b", "a", "c")) value(each);
        assertThat(value("a")).isEqualTo(1);
        assertThat(value("b")).as("loaded again").isEqualTo(4);
    }

    @Test
    void answersThatAreNotKeptAndFailuresAreOfOneCallAlone() throws Exception {
        assertThat(shared.value("a", clock, () -> -1)).isEqualTo(-1);
        assertThatThrownBy(() -> shared.value("a", clock, () -> {
                    throw new IllegalStateException("planted");
                }))
                .hasMessage("planted");
        assertThat(value("a")).isEqualTo(1);
    }

    /// Threads that call, all of which wait for the first one's load.
    private List<Thread> askTogether(int count, CountDownLatch mayEnd, Runnable call) throws Exception {
        var threads = new ArrayList<Thread>();
        for (int i = 0; i < count; i++) threads.add(Thread.ofPlatform().start(call));
        for (Thread each : threads)
            while (each.getState() != Thread.State.WAITING) {
                assertThat(each.isAlive()).isTrue();
                Thread.onSpinWait();
            }
        mayEnd.countDown();
        for (Thread each : threads) each.join();
        return threads;
    }

    @Test
    void aClusterThatDoesNotAnswerKeepsAllForOneWait() throws Exception {
        var mayEnd = new CountDownLatch(1);
        var failed = new AtomicInteger();
        askTogether(20, mayEnd, () -> {
            try {
                shared.value("a", clock, () -> {
                    loads.incrementAndGet();
                    mayEnd.await();
                    throw new StoppedException("no answer");
                });
            } catch (ClientException e) {
                failed.incrementAndGet();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(failed).hasValue(20);
        assertThat(loads).as("waits").hasValue(1);
    }

    @Test
    void waitersForAnAnswerThatIsNotSharedLoadAtTheSameTime() throws Exception {
        var mayEnd = new CountDownLatch(1);
        var together = new CyclicBarrier(3);
        askTogether(4, mayEnd, () -> {
            try {
                shared.value("a", clock, () -> {
                    // One after the other, they would never meet.
                    if (loads.incrementAndGet() > 1) meet(together);
                    else mayEnd.await();
                    return -1;
                });
            } catch (ClientException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(loads).hasValue(4);
    }

    private static void meet(CyclicBarrier barrier) throws InterruptedException {
        try {
            barrier.await();
        } catch (BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void loaderOfAClientThatHasGoneFailsNoOtherOne() throws Exception {
        var results = new ArrayList<Integer>();
        var begun = new CountDownLatch(1);
        var gone = Thread.ofPlatform().start(() -> {
            try {
                shared.value("a", clock, () -> {
                    begun.countDown();
                    new CountDownLatch(1).await();
                    return 7;
                });
            } catch (ClientException | InterruptedException expected) {
                // it was interrupted
            }
        });
        begun.await();
        var other = Thread.ofPlatform().start(() -> {
            try {
                results.add(value("a"));
            } catch (ClientException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        while (other.getState() != Thread.State.WAITING) Thread.onSpinWait();
        gone.interrupt();
        other.join();
        assertThat(results).containsExactly(1);
    }
}
