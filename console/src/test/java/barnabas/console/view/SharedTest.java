package barnabas.console.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.client.ClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
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
}
