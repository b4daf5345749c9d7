package barnabas.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.base.Threads;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.controller.OfficialRules;
import barnabas.metadata.image.ClusterChange;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableReplicaAssignment;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Leaderships that move from a broker that stops in order.
@Timeout(60)
class HandoverTest {
    private static final int PARTITIONS = 40;

    /// One request, whatever broker sends it; the brokers apply a few changes at a time.
    @Test
    void oneHeartbeatMovesAllLeadershipsAFewInEachImage() throws Exception {
        var clock = new ManualClock(1_700_000_000_000L);
        try (ClusterMetadata metadata = ClusterMetadata.start(
                LocalMetadataLog.open(Path.of("/data"), 1, new SimulatedDisk(1, clock), clock, Threads.SYSTEM),
                ControllerSettings.defaults(1, "cluster"),
                new OfficialRules(),
                clock,
                Threads.SYSTEM,
                new SplittableRandom(1))) {
            Requests.join(metadata, 1);
            long epoch = Requests.join(metadata, 2);
            metadata.controller().ask(ControllerApis.CREATE_TOPICS, ledByTheSecond());
            var movesOfImages = new LinkedBlockingQueue<Long>();
            metadata.addListener(delta -> movesOfImages.add(delta.changes().stream()
                    .filter(each -> each instanceof ClusterChange.PartitionChanged change && change.leaderChanged())
                    .count()));
            assertThat(movesOfImages.take()).as("the image as it is").isZero();
            var answer = metadata.controller()
                    .ask(
                            BrokerApis.BROKER_HEARTBEAT,
                            BrokerHeartbeatRequest.builder()
                                    .brokerId(2)
                                    .brokerEpoch(epoch)
                                    .currentMetadataOffset(
                                            metadata.current().position().offset())
                                    .wantShutDown(true)
                                    .build());
            assertThat(answer.shouldShutDown()).isTrue();
            assertThat(metadata.current().isAlive(2)).isFalse();
            assertThat(metadata.current().topic("t").orElseThrow().partitions())
                    .allMatch(each -> each.leader() == 1 && each.isr().equals(List.of(1)));
            // the last image may still be on its way to the listeners
            for (long moves : new long[] {10, 8, 8, 8, 6})
                assertThat(movesOfImages.take()).isEqualTo(moves);
        }
    }

    private static CreateTopicsRequest ledByTheSecond() {
        return CreateTopicsRequest.builder()
                .topics(List.of(new CreatableTopic(
                        "t",
                        -1,
                        (short) -1,
                        IntStream.range(0, PARTITIONS)
                                .mapToObj(index -> new CreatableReplicaAssignment(index, List.of(2, 1)))
                                .toList(),
                        List.of())))
                .timeoutMs(30_000)
                .build();
    }
}
