package barnabas.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Deadline;
import barnabas.client.Cluster;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.ClusterMetadata;
import barnabas.metadata.ControllerApi;
import barnabas.metadata.ControllerApis;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.mutations.Requester;
import barnabas.protocol.ApiKey;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopic;
import barnabas.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

    /// It counted as one of this cluster's own then, and stayed when it was gone at the source.
    @Test
    void aclThatWasStruckOffTheListBeforeItWasMadeIsOnItAgain(@TempDir Path directory) throws Exception {
        try (var lies = new LyingSource(() -> 1, _ -> null);
                var own = new OwnCluster(directory, Striking::new, lies.address())) {
            ClusterMetadata metadata = own.metadata;
            Cluster cluster = own.source;
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
            MirrorDefinition definition = own.definition();
            MirrorContext context = own.context();
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
