package barnabas.broker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Failure;
import barnabas.base.Threads;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class DiskPoolTest {
    private final Threads threads = Threads.system(Failure.UNCAUGHT);

    /// Work that waits for each other ends only when each has a thread.
    private static void meet(DiskPool pool, int count) throws Exception {
        var all = new CountDownLatch(count);
        var done = new ArrayList<FutureTask<Integer>>();
        for (int i = 0; i < count; i++) {
            int number = i;
            var task = new FutureTask<>(() -> {
                all.countDown();
                all.await();
                return number;
            });
            done.add(task);
            assertThat(pool.offer(task)).isTrue();
        }
        for (int i = 0; i < count; i++) assertThat(done.get(i).get()).isEqualTo(i);
    }

    @Test
    void changesItsNumberOfThreads() throws Exception {
        try (var pool = new DiskPool(1, threads, Clock.SYSTEM)) {
            pool.resize(3);
            meet(pool, 3);
            pool.resize(1);
            assertThat(pool.call(() -> 7)).isEqualTo(7);
            pool.resize(2);
            meet(pool, 2);
        }
    }

    @Test
    void losesNoWorkWhileItsThreadsChange() throws Exception {
        try (var pool = new DiskPool(1, threads, Clock.SYSTEM)) {
            var stop = new AtomicBoolean();
            Thread changes = Thread.ofPlatform().start(() -> {
                for (int i = 0; !stop.get(); i++) pool.resize(1 + i % 3);
            });
            for (int i = 0; i < 2_000; i++) {
                int number = i;
                assertThat(pool.call(() -> number)).isEqualTo(number);
            }
            stop.set(true);
            changes.join();
        }
    }

    @Test
    void isNotOpenedAgainByAChange() {
        var pool = new DiskPool(1, threads, Clock.SYSTEM);
        pool.close();
        pool.resize(2);
        assertThat(pool.offer(() -> {})).isFalse();
    }
}
