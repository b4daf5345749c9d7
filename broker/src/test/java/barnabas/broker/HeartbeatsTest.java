package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Deadline;
import barnabas.base.ManualClock;
import barnabas.base.Threads;
import barnabas.broker.leaders.BrokerSession;
import barnabas.config.MetadataConfig;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
    private static final MetadataConfig.Registration TIMES =
            new MetadataConfig.Registration(60_000, 180_000, 60_000, 30_000, 60_000);

    private final ManualClock clock = new ManualClock(0);
    private final BrokerSession session = new BrokerSession(TIMES.sessionTimeoutMillis(), clock);
    private final AtomicInteger shutdowns = new AtomicInteger();

    /// For each wait for reports, how many orderly stops the controller had been told of.
    private final List<Integer> waits = new ArrayList<>();

    private Heartbeats heartbeats(ErrorCode answer, BooleanSupplier leads) {
        return new Heartbeats(
                (wantShutDown, _) -> {
                    if (wantShutDown) shutdowns.incrementAndGet();
                    return BrokerHeartbeatResponse.builder()
                            .errorCode(answer.code())
                            .build();
                },
                duties(leads),
                TIMES,
                session,
                clock,
                Threads.SYSTEM);
    }

    private Heartbeats.Duties duties(BooleanSupplier leads) {
        return new Heartbeats.Duties() {
            @Override
            public boolean lead() {
                return leads.getAsBoolean();
            }

            @Override
            public void awaitReports(Deadline deadline) {
                waits.add(shutdowns.get());
            }
        };
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

    /// As for the controller, which gives leaderships to others then. A heartbeat counts from when it was sent.
    @Test
    void theSessionIsOverWithoutHeartbeatsThatAreTaken() throws Exception {
        session.taken(clock.nanos());
        var answers = new LinkedBlockingQueue<BrokerHeartbeatResponse>();
        var sent = new LinkedBlockingQueue<Boolean>();
        var heartbeats = new Heartbeats(
                (wantShutDown, _) -> {
                    sent.add(wantShutDown);
                    return wantShutDown ? answer(ErrorCode.REQUEST_TIMED_OUT, false) : answers.take();
                },
                duties(() -> false),
                new MetadataConfig.Registration(1, 180_000, 60_000, 30_000, 60_000),
                session,
                clock,
                Threads.SYSTEM);
        try (heartbeats) {
            beat(sent);
            clock.advance(Duration.ofMinutes(2));
            answers.add(answer(ErrorCode.NONE, false));
            beat(sent);
            assertThat(session.mayBeOver()).isFalse();
            clock.advance(Duration.ofMinutes(1));
            assertThat(session.mayBeOver())
                    .as("three minutes after it was sent")
                    .isTrue();
            answers.add(answer(ErrorCode.REQUEST_TIMED_OUT, false));
            beat(sent);
            assertThat(session.mayBeOver()).as("a heartbeat that was not taken").isTrue();
            answers.add(answer(ErrorCode.NONE, true));
            beat(sent);
            assertThat(session.mayBeOver()).as("fenced").isTrue();
            answers.add(answer(ErrorCode.NONE, false));
            beat(sent);
            assertThat(session.mayBeOver()).isFalse();
        }
    }

    /// Waits until the next heartbeat was sent: what the one before it was answered counts then.
    private static void beat(LinkedBlockingQueue<Boolean> sent) throws InterruptedException {
        assertThat(sent.poll(1, TimeUnit.MINUTES)).as("a heartbeat").isFalse();
    }

    private static BrokerHeartbeatResponse answer(ErrorCode error, boolean fenced) {
        return BrokerHeartbeatResponse.builder()
                .errorCode(error.code())
                .isFenced(fenced)
                .build();
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
        assertThat(waits).isEmpty();
    }

    /// The controller would take a replica for lost whose old directory is replaced while this broker is away.
    @Test
    void theEndWaitsUntilTheControllerKnowsWhereReplicasWereMovedTo() {
        heartbeats(ErrorCode.NONE, () -> false).close();
        assertThat(waits).as("after the leaderships were handed over").containsExactly(1);
    }
}
