package barnabas.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Deadline;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.ControllerApi;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.mutations.Requester;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.message.CreateTopicsRequest;
import barnabas.protocol.message.CreateTopicsResponse;
import barnabas.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsResponse;
import barnabas.protocol.message.IncrementalAlterConfigsResponse.AlterConfigsResourceResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A rolling upgrade: the active controller does not know the id of the source cluster in topics' settings.
class OlderControllerTest {
    private static final String UNKNOWN = "Unknown topic config name: " + MirrorTopic.SOURCE_CLUSTER;

    @TempDir
    private Path directory;

    private volatile boolean isOlder = true;
    private OwnCluster own;

    /// Refuses topics that would have the setting, as it stands in the metadata log, too.
    private final class Older implements ControllerPort {
        private final ControllerPort active;

        private Older(ControllerPort active) {
            this.active = active;
        }

        @Override
        public <Q extends RequestMessage, R extends ResponseMessage> R ask(
                ControllerApi<Q, R> api, Q request, Deadline deadline, Requester requester)
                throws InterruptedException {
            R refusal = refusal(request);
            return refusal == null ? active.ask(api, request, deadline, requester) : refusal;
        }

        @Override
        public <Q extends RequestMessage, R extends ResponseMessage> R ask(
                ControllerApi<Q, R> api, Q request, Requester requester) throws InterruptedException {
            R refusal = refusal(request);
            return refusal == null ? active.ask(api, request, requester) : refusal;
        }

        @SuppressWarnings("unchecked")
        private <R extends ResponseMessage> R refusal(RequestMessage request) {
            if (!isOlder) return null;
            return switch (request) {
                case CreateTopicsRequest create
                when create.topics().stream()
                        .flatMap(each -> each.configs().stream())
                        .anyMatch(each -> each.name().equals(MirrorTopic.SOURCE_CLUSTER)) ->
                    (R) CreateTopicsResponse.builder()
                            .topics(List.of(CreatableTopicResult.builder()
                                    .name(LyingSource.TOPIC)
                                    .errorCode(ErrorCode.INVALID_CONFIG.code())
                                    .errorMessage(UNKNOWN)
                                    .build()))
                            .build();
                case IncrementalAlterConfigsRequest alter
                when hasAfter(alter) ->
                    (R) IncrementalAlterConfigsResponse.builder()
                            .responses(List.of(new AlterConfigsResourceResponse(
                                    ErrorCode.INVALID_CONFIG.code(),
                                    UNKNOWN,
                                    ConfigResource.Type.TOPIC.code(),
                                    LyingSource.TOPIC)))
                            .build();
                default -> null;
            };
        }

        private boolean hasAfter(IncrementalAlterConfigsRequest request) {
            boolean has = own.topic().containsKey(MirrorTopic.SOURCE_CLUSTER);
            for (var each : request.resources().getFirst().configs())
                if (each.name().equals(MirrorTopic.SOURCE_CLUSTER)) has = each.configOperation() == 0;
            return has;
        }
    }

    @Test
    void mirrorGoesOnWithoutTheSettingUntilTheControllerKnowsIt() throws Exception {
        try (var lies = new LyingSource(() -> 1, _ -> null);
                var cluster = new OwnCluster(directory, Older::new, lies.address())) {
            own = cluster;
            assertThat(own.look()).isEmpty();
            assertThat(own.topic())
                    .containsEntry(MirrorTopic.MIRROR, "m")
                    .doesNotContainKey(MirrorTopic.SOURCE_CLUSTER);

            // the source's settings are followed, too
            lies.firstKnows = Map.of("retention.ms", "5");
            assertThat(own.look()).isEmpty();
            assertThat(own.topic()).containsEntry("retention.ms", "5");

            isOlder = false;
            assertThat(own.look()).isEmpty();
            assertThat(own.topic()).containsEntry(MirrorTopic.SOURCE_CLUSTER, "lies");
        }
    }

    /// A newer one has written it, and is no more the active one.
    @Test
    void topicThatHasTheSettingIsStillChanged() throws Exception {
        try (var lies = new LyingSource(() -> 1, _ -> null);
                var cluster = new OwnCluster(directory, Older::new, lies.address())) {
            own = cluster;
            isOlder = false;
            assertThat(own.look()).isEmpty();
            assertThat(own.topic()).containsEntry(MirrorTopic.SOURCE_CLUSTER, "lies");
            isOlder = true;
            var stop = TopicChange.set(MirrorTopic.STATE, MirrorTopic.State.STOPPING.text());
            assertThat(own.context().alterTopic(LyingSource.TOPIC, List.of(stop)))
                    .isEmpty();
            assertThat(own.topic()).containsEntry(MirrorTopic.STATE, "stopping");
        }
    }
}
