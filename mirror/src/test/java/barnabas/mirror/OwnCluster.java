package barnabas.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.FileDisk;
import barnabas.base.Threads;
import barnabas.broker.mirrors.MirrorNode;
import barnabas.client.Address;
import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.ConnectionOptions;
import barnabas.config.dynamic.ClientPattern;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.BrokerApis;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.controller.ConfigRules;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.controller.Features;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerRegistrationRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import javax.net.SocketFactory;

/// Metadata of a cluster of one broker that has a mirror `m` of [LyingSource], whose parts are run by a test.
final class OwnCluster implements AutoCloseable {
    /// All is valid.
    private static final class NoRules implements ConfigRules {
        @Override
        public Optional<Refusal> problem(
                ConfigResource resource, Map<String, String> present, Map<String, String> configs) {
            return Optional.empty();
        }

        @Override
        public String topicDefault(String name) {
            return null;
        }

        @Override
        public List<EffectiveConfig> effectiveTopicConfigs(Map<String, String> overrides) {
            return List.of();
        }
    }

    final ClusterMetadata metadata;
    final Cluster source;
    private final String address;

    /// @param seen the controller as the broker sees it
    OwnCluster(Path directory, UnaryOperator<ControllerPort> seen, String source) throws Exception {
        this.address = source;
        this.source = new Cluster(
                Address.parseList(source), ConnectionOptions.of("test"), Duration.ofSeconds(20), new Random(1));
        this.metadata = ClusterMetadata.start(
                LocalMetadataLog.open(directory, 1, new FileDisk(), Clock.SYSTEM, Threads.SYSTEM),
                ControllerSettings.defaults(1, "cluster"),
                new NoRules(),
                Clock.SYSTEM,
                Threads.SYSTEM,
                new SplittableRandom(1),
                (own, _) -> seen.apply(own));
        join(metadata);
    }

    private static void join(ClusterMetadata metadata) throws InterruptedException {
        var registration = metadata.controller()
                .ask(
                        BrokerApis.BROKER_REGISTRATION,
                        BrokerRegistrationRequest.builder()
                                .brokerId(1)
                                .clusterId(metadata.current().clusterId())
                                .incarnationId(new Uuid(1, 1))
                                .listeners(List.of(new BrokerRegistrationRequest.Listener(
                                        "PLAINTEXT", "localhost", 9092, (short) 0)))
                                .features(Features.SUPPORTED.entrySet().stream()
                                        .map(each -> new BrokerRegistrationRequest.Feature(
                                                each.getKey(),
                                                each.getValue().min(),
                                                each.getValue().max()))
                                        .toList())
                                .rack(null)
                                .logDirs(List.of(new Uuid(1000, 1)))
                                .build());
        var heartbeat = metadata.controller()
                .ask(
                        BrokerApis.BROKER_HEARTBEAT,
                        BrokerHeartbeatRequest.builder()
                                .brokerId(1)
                                .brokerEpoch(registration.brokerEpoch())
                                .currentMetadataOffset(
                                        metadata.current().position().offset())
                                .build());
        assertThat(heartbeat.errorCode()).isZero();
    }

    MirrorContext context() {
        return new MirrorContext(
                "m",
                new MirrorNode(
                        metadata,
                        null,
                        null,
                        () -> {},
                        _ -> {},
                        new FileDisk(),
                        Clock.SYSTEM,
                        Threads.SYSTEM,
                        new Random(1),
                        SocketFactory.getDefault()));
    }

    MirrorDefinition definition() {
        return new MirrorDefinition(
                "m",
                Address.parseList(address),
                ((ClientPattern.Reading.Valid) ClientPattern.read(LyingSource.TOPIC)).pattern(),
                null,
                Map.of(),
                false,
                false,
                true);
    }

    /// Settings of the source's topic, here.
    Map<String, String> topic() {
        return metadata.current().configs(ConfigResource.topic(LyingSource.TOPIC));
    }

    /// One look at the source's topics.
    ///
    /// @return topics that are not mirrored, with the reason
    Map<String, String> look() throws ClientException {
        var _ = source.refresh(null, false);
        context().writeSourceCluster(source.metadata().clusterId());
        return new TopicSync(context(), definition(), source, new ClaimSteps(context()))
                .run(new Rounds(System::nanoTime), Map.of());
    }

    @Override
    public void close() throws IOException {
        source.close();
        metadata.close();
    }
}
