package barnabas.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import barnabas.base.FileDisk;
import barnabas.base.Threads;
import barnabas.broker.mirrors.MirrorNode;
import barnabas.client.Address;
import barnabas.client.Cluster;
import barnabas.client.ConnectionOptions;
import barnabas.config.dynamic.ClientPattern;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.BrokerApis;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApi;
import barnabas.metadata.ControllerApis;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.controller.ConfigRules;
import barnabas.metadata.controller.ControllerSettings;
import barnabas.metadata.controller.Features;
import barnabas.metadata.decision.Refusal;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.mutations.Requester;
import barnabas.protocol.ApiKey;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.BrokerHeartbeatRequest;
import barnabas.protocol.message.BrokerRegistrationRequest;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two brokers that copy ACLs at the same time, as one takes over from the other.
class AclSyncTest {
    private static final String TOPIC = LyingSource.TOPIC;

    /// Another broker strikes everything off the list of what the mirror made, before each ACL is made.
    private record Striking(ControllerPort own) implements ControllerPort {
        @Override
        public <Q extends RequestMessage, R extends ResponseMessage> R ask(
                ControllerApi<Q, R> api, Q request, Deadline deadline, Requester requester)
                throws InterruptedException {
            strike(request);
            return own.ask(api, request, deadline, requester);
        }

        @Override
        public <Q extends RequestMessage, R extends ResponseMessage> R ask(
                ControllerApi<Q, R> api, Q request, Requester requester) throws InterruptedException {
            strike(request);
            return own.ask(api, request, requester);
        }

        private void strike(RequestMessage request) throws InterruptedException {
            if (request.apiKey() != ApiKey.CREATE_ACLS) return;
            var none = new AlterConfigsResource(
                    ConfigResource.Type.TOPIC.code(),
                    TOPIC,
                    List.of(new AlterableConfig(MirrorTopic.ACLS, (byte) 1, null)));
            var answer = own.ask(
                    ControllerApis.INCREMENTAL_ALTER_CONFIGS,
                    IncrementalAlterConfigsRequest.builder()
                            .resources(List.of(none))
                            .build());
            assertThat(answer.responses().getFirst().errorCode()).isZero();
        }
    }

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

    /// It counted as one of this cluster's own then, and stayed when it was gone at the source.
    @Test
    void aclThatWasStruckOffTheListBeforeItWasMadeIsOnItAgain(@TempDir Path directory) throws Exception {
        var log = LocalMetadataLog.open(directory, 1, new FileDisk(), Clock.SYSTEM, Threads.SYSTEM);
        try (var lies = new LyingSource(() -> 1, _ -> null);
                var cluster = new Cluster(
                        Address.parseList(lies.address()),
                        ConnectionOptions.of("test"),
                        Duration.ofSeconds(20),
                        new Random(1));
                var metadata = ClusterMetadata.start(
                        log,
                        ControllerSettings.defaults(1, "cluster"),
                        new NoRules(),
                        Clock.SYSTEM,
                        Threads.SYSTEM,
                        new SplittableRandom(1),
                        (own, _) -> new Striking(own))) {
            join(metadata);
            var created = metadata.controller()
                    .ask(
                            ControllerApis.CREATE_TOPICS,
                            CreateTopicsRequest.builder()
                                    .topics(List.of(CreatableTopic.builder()
                                            .name(TOPIC)
                                            .numPartitions(1)
                                            .replicationFactor((short) 1)
                                            .configs(List.of(
                                                    new CreatableTopicConfig(MirrorTopic.MIRROR, "m"),
                                                    new CreatableTopicConfig(
                                                            MirrorTopic.SOURCE_ID, LyingSource.ID.toString())))
                                            .build()))
                                    .timeoutMs(30_000)
                                    .build());
            assertThat(created.topics().getFirst().errorCode()).isZero();
            lies.firstReaders = List.of("reader");
            var _ = cluster.refresh(null, false);
            var node = new MirrorNode(
                    metadata,
                    null,
                    null,
                    () -> {},
                    _ -> {},
                    new FileDisk(),
                    Clock.SYSTEM,
                    Threads.SYSTEM,
                    new Random(1),
                    SocketFactory.getDefault());
            var definition = new MirrorDefinition(
                    "m",
                    Address.parseList(lies.address()),
                    ((ClientPattern.Reading.Valid) ClientPattern.read(TOPIC)).pattern(),
                    null,
                    Map.of(),
                    false,
                    false,
                    true);
            var context = new MirrorContext("m", node);
            assertThat(new AclSync(context, definition, cluster).run(new Rounds(System::nanoTime), Map.of()))
                    .isEmpty();
            assertThat(metadata.current().access().acls().size()).isEqualTo(1);
            lies.firstReaders = List.of();
            assertThat(new AclSync(context, definition, cluster).run(new Rounds(System::nanoTime), Map.of()))
                    .isEmpty();
            assertThat(metadata.current().access().acls().size()).isZero();
        }
    }
}
