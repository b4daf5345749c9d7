package barnabas.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.Clock;
import barnabas.broker.Barnabas;
import barnabas.broker.StartFailure;
import barnabas.broker.World;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerHeartbeatResponse;
import barnabas.protocol.message.BrokerRegistrationRequest;
import barnabas.protocol.message.BrokerRegistrationResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Brokers that a controller does not take.
@Timeout(120)
class RefusedBrokersTest {
    @TempDir
    private Path folder;

    private LocalCluster cluster = new LocalCluster(Path.of(""), List.of());

    @AfterEach
    void stop() {
        cluster.close();
    }

    /// Formats broker 4, too.
    private void startController() throws Exception {
        ClusterNode.format(1, folder);
        cluster = new LocalCluster(folder, ClusterNode.freePorts(1));
        cluster.start(Map.of(1, ClusterNode.controller(cluster.settings(1))));
        ClusterNode.format(4, folder);
    }

    private Map<String, String> broker(int id, Path home) {
        var settings = new HashMap<>(ClusterNode.broker(id, cluster.settings(1), home));
        settings.put("initial.broker.registration.timeout.ms", "3000");
        return settings;
    }

    @Test
    void aSecondProcessOfAnIdAndACopiedDirectoryAreRefused() throws Exception {
        startController();
        cluster.start(Map.of(4, broker(4, folder)));

        Path second = folder.resolve("second");
        ClusterNode.format(4, second);
        Path ids = second.resolve("n4/meta.properties");
        Files.writeString(ids, Files.readString(ids).replace("AAeA", "AAzA"));
        assertThatThrownBy(() -> ClusterNode.start(broker(4, second)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("another process with node.id=4 runs");

        Path copied = folder.resolve("copied");
        ClusterNode.format(5, copied);
        Files.writeString(
                copied.resolve("n5/meta.properties"),
                Files.readString(folder.resolve("n4/meta.properties")).replace("node.id=4", "node.id=5"));
        assertThatThrownBy(() -> ClusterNode.start(broker(5, copied)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("was a directory copied?");

        try (var admin = cluster.admin(4)) {
            assertThat(admin.describeCluster().nodes().get()).hasSize(1);
        }
    }

    @Test
    void aClockThatIsHoursOffIsRefused() throws Exception {
        startController();

        assertThatThrownBy(() -> startOff(Duration.ofHours(3)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("The clock of node 4")
                .hasMessageContaining("ahead of that of the active controller");
        assertThatThrownBy(() -> startOff(Duration.ofHours(-3)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("behind that of the active controller");
        // neither has lost anything: the mark of an orderly stop has the epoch of the registration
        assertThat(Files.readString(folder.resolve("n4/.kafka_cleanshutdown")))
                .matches("(?s).*\"brokerEpoch\": ?[1-9].*");
        startOff(Duration.ofMinutes(50)).close();
    }

    private Barnabas startOff(Duration off) throws StartFailure {
        return ClusterNode.start(
                broker(4, folder),
                world -> new World(
                        new Clock() {
                            @Override
                            public long millis() {
                                return world.clock().millis() + off.toMillis();
                            }

                            @Override
                            public long nanos() {
                                return world.clock().nanos();
                            }
                        },
                        world.disk(),
                        world.network(),
                        world.threads(),
                        world.random()));
    }

    @Test
    void theControllersLogHasOneLineForAProcessThatAsksAgain() {
        var clock = new SteppedClock();
        var refused = new RefusedBrokers(clock);
        var duplicate = answer(ErrorCode.DUPLICATE_BROKER_REGISTRATION);
        assertThat(refused.line(request(1), duplicate, "10.0.0.4:5000"))
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("The controller refuses the registration of broker 4: another process")
                        .endsWith("(from 10.0.0.4:5000)"));
        assertThat(refused.line(request(1), duplicate, "10.0.0.4:5000")).isEmpty();
        assertThat(refused.line(request(2), duplicate, "10.0.0.4:5000")).isPresent();
        assertThat(refused.line(request(1), answer(ErrorCode.INCONSISTENT_CLUSTER_ID), "10.0.0.4:5000"))
                .hasValueSatisfying(line -> assertThat(line).contains("formatted with cluster id other"));
        assertThat(refused.line(request(1), answer(ErrorCode.NOT_CONTROLLER), "10.0.0.4:5000"))
                .isEmpty();
        assertThat(refused.line(request(3), answer(ErrorCode.NONE), "10.0.0.4:5000"))
                .isEmpty();
        clock.parkUntil(this, clock.nanos() + Duration.ofSeconds(30).toNanos());
        assertThat(refused.line(request(1), duplicate, "10.0.0.4:5000")).isPresent();
    }

    /// It asks each of them several times while it starts.
    @Test
    void aNodesLogHasOneLineForAllControllersOfAnotherCluster() {
        var clock = new SteppedClock();
        var foreign = new ForeignControllers(clock);
        assertThat(foreign.line("10.0.0.1:9093"))
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("The controller at 10.0.0.1:9093 belongs to another cluster")
                        .contains("another cluster id"));
        assertThat(foreign.line("10.0.0.2:9093")).isEmpty();
        clock.parkUntil(this, clock.nanos() + Duration.ofSeconds(15).toNanos());
        assertThat(foreign.line("10.0.0.1:9093")).isEmpty();
        clock.parkUntil(this, clock.nanos() + Duration.ofSeconds(15).toNanos());
        assertThat(foreign.line("10.0.0.2:9093")).isPresent();
    }

    @Test
    void theControllersLogHasOneLineForAProcessThatAnotherOneHasReplaced() {
        var clock = new SteppedClock();
        var refused = new RefusedBrokers(clock);
        var stale = beaten(ErrorCode.STALE_BROKER_EPOCH);
        assertThat(refused.line(beat(7), stale, "10.0.0.4:5000"))
                .as("it may have crossed a registration")
                .isEmpty();
        assertThat(refused.line(beat(7), stale, "10.0.0.4:5000"))
                .hasValueSatisfying(line -> assertThat(line)
                        .startsWith("The controller refuses the heartbeats of a process of broker 4: another process")
                        .endsWith("(from 10.0.0.4:5000)"));
        assertThat(refused.line(beat(7), stale, "10.0.0.4:5000")).isEmpty();
        assertThat(refused.line(beat(8), beaten(ErrorCode.NOT_CONTROLLER), "10.0.0.4:5000"))
                .isEmpty();
        clock.parkUntil(this, clock.nanos() + Duration.ofSeconds(30).toNanos());
        assertThat(refused.line(beat(7), stale, "10.0.0.4:5000")).isPresent();
    }

    private static BrokerHeartbeatRequest beat(long epoch) {
        return BrokerHeartbeatRequest.builder().brokerId(4).brokerEpoch(epoch).build();
    }

    private static BrokerHeartbeatResponse beaten(ErrorCode error) {
        return BrokerHeartbeatResponse.builder().errorCode(error.code()).build();
    }

    private static BrokerRegistrationRequest request(long incarnation) {
        return BrokerRegistrationRequest.builder()
                .brokerId(4)
                .clusterId("other")
                .incarnationId(new Uuid(1, incarnation))
                .build();
    }

    private static BrokerRegistrationResponse answer(ErrorCode error) {
        return BrokerRegistrationResponse.builder().errorCode(error.code()).build();
    }
}
