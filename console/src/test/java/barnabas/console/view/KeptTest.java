package barnabas.console.view;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.client.ClientException;
import barnabas.client.StoppedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A value that pages ask for again and again.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class KeptTest {
    private final Kept<Integer> kept = new Kept<>(Clock.SYSTEM, Duration.ofMinutes(1), null);
    private final AtomicInteger loads = new AtomicInteger();

    @Test
    void pagesWaitTogetherForAClusterThatDoesNotAnswer() throws Exception {
        var mayEnd = new CountDownLatch(1);
        var failed = new AtomicInteger();
        var pages = new ArrayList<Thread>();
        for (int i = 0; i < 20; i++)
            pages.add(Thread.ofPlatform().start(() -> {
                try {
                    kept.value(() -> {
                        loads.incrementAndGet();
                        await(mayEnd);
                        throw new StoppedException("no answer");
                    });
                } catch (ClientException e) {
                    failed.incrementAndGet();
                }
            }));
        for (Thread each : pages) while (each.getState() != Thread.State.WAITING) Thread.onSpinWait();
        mayEnd.countDown();
        for (Thread each : pages) each.join();
        assertThat(failed).hasValue(20);
        assertThat(loads).as("waits").hasValue(1);
    }

    @Test
    void valueOnItsWayIsNotTheAnswerBehindAChange() throws Exception {
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        var before = new AtomicReference<Integer>();
        Thread early = Thread.ofPlatform().start(() -> {
            try {
                before.set(kept.value(() -> {
                    begun.countDown();
                    await(mayEnd);
                    return 1;
                }));
            } catch (ClientException e) {
                throw new IllegalStateException(e);
            }
        });
        begun.await();
        kept.forget();
        assertThat(kept.value(() -> 2)).isEqualTo(2);
        mayEnd.countDown();
        early.join();
        assertThat(before).hasValue(1);
        assertThat(kept.value(() -> 3)).as("kept").isEqualTo(2);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
