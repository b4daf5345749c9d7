package barnabas.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FailureTest {
    private final LinkedBlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
    private final Threads threads = Threads.system((_, cause) -> failures.add(cause));

    private static void fail(Throwable cause) {
        if (cause instanceof Error error) throw error;
        throw (RuntimeException) cause;
    }

    @Test
    void aThreadThatDiesEndsTheNode() throws Exception {
        for (Throwable each : new Throwable[] {new IllegalStateException(), new OutOfMemoryError("planted")}) {
            threads.start("loop", () -> fail(each)).join();
            assertThat(failures.poll(10, TimeUnit.SECONDS)).isSameAs(each);
        }
    }

    @Test
    void aTaskOfAPoolThatDiesEndsTheNode() throws Exception {
        try (var pool = threads.pool("pool", 1)) {
            var cause = new IllegalStateException();
            pool.execute(() -> fail(cause));
            assertThat(failures.poll(10, TimeUnit.SECONDS)).isSameAs(cause);
        }
    }

    @Test
    void oneTaskAmongManyEndsTheNodeOnlyWithAnError() throws Exception {
        try (var tasks = threads.perTask("task")) {
            var survived = new CountDownLatch(1);
            tasks.execute(() -> {
                survived.countDown();
                fail(new IllegalStateException("printed, and the node goes on"));
            });
            survived.await();
            var cause = new NoClassDefFoundError("planted");
            tasks.execute(() -> fail(cause));
            assertThat(failures.poll(10, TimeUnit.SECONDS)).isSameAs(cause);
        }
        assertThat(failures).isEmpty();
    }

    @Test
    void anErrorIsFatalUnlessItIsKnownNotToBe() {
        assertThat(Failure.isFatal(new OutOfMemoryError())).isTrue();
        assertThat(Failure.isFatal(new NoClassDefFoundError())).isTrue();
        assertThat(Failure.isFatal(new Error("unknown"))).isTrue();
        assertThat(Failure.isFatal(new StackOverflowError())).isFalse();
        assertThat(Failure.isFatal(new AssertionError())).isFalse();
        assertThat(Failure.isFatal(new IllegalStateException())).isFalse();
    }
}
