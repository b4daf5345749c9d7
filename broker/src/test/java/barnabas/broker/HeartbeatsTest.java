package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.base.Threads;
import barnabas.config.MetadataConfig;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private static final MetadataConfig.Registration TIMES =
            new MetadataConfig.Registration(60_000, 180_000, 60_000, 30_000, 60_000);

    private final ManualClock clock = new ManualClock(0);
    private final AtomicInteger shutdowns = new AtomicInteger();

    private Heartbeats heartbeats(ErrorCode answer, BooleanSupplier leads) {
        return new Heartbeats(
                (wantShutDown, _) -> {
                    if (wantShutDown) shutdowns.incrementAndGet();
                    return BrokerHeartbeatResponse.builder()
                            .errorCode(answer.code())
                            .build();
                },
                leads,
                TIMES,
                clock,
                Threads.SYSTEM);
    }

    /// The controller's answer may be here before the image that it brought about.
    @Test
    void theEndWaitsUntilThePartitionsHereDoNotLead() throws Exception {
        var looked = new CountDownLatch(1);
        var leads = new AtomicInteger(2);
        Heartbeats heartbeats = heartbeats(ErrorCode.NONE, () -> {
            looked.countDown();
            return leads.get() > 0;
        });
        var closed = CompletableFuture.runAsync(heartbeats::close);
        assertThat(looked.await(1, TimeUnit.MINUTES)).as("partitions looked at").isTrue();
        leads.decrementAndGet();
        heartbeats.imageApplied();
        assertThat(closed).as("one partition still leads").isNotDone();
        leads.decrementAndGet();
        heartbeats.imageApplied();
        closed.get(1, TimeUnit.MINUTES);
        assertThat(shutdowns).hasValue(1);
    }

    @Test
    void theWaitHasAnEnd() {
        var looks = new AtomicInteger();
        heartbeats(ErrorCode.NONE, () -> {
                    looks.incrementAndGet();
                    clock.advance(Duration.ofSeconds(10));
                    return true;
                })
                .close();
        assertThat(looks).hasValue(1);
    }

    @Test
    void aHandoverThatIsRefusedIsNotWaitedFor() {
        var looks = new AtomicInteger();
        heartbeats(ErrorCode.REQUEST_TIMED_OUT, () -> {
                    looks.incrementAndGet();
                    return true;
                })
                .close();
        assertThat(looks).hasValue(0);
    }
}
