package barnabas.mirror;

import barnabas.base.Clock;
import barnabas.broker.mirrors.MirrorNode;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.ControllerApis;
import barnabas.metadata.image.ClusterImage;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One mirror's way to its own cluster.
record MirrorContext(String name, MirrorNode node) {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorContext.class);
    /// Changed at once, in one change of the metadata log.
    private static final int TOPICS_MAX = 1_000;

    Clock clock() {
        return node.clock();
    }

    ClusterImage image() {
        return node.metadata().current();
    }

    String clusterId() {
        return image().clusterId();
    }

    /// The broker that looks after topics and promotions: the first one that is alive.
    boolean coordinates() {
        var alive = image().aliveBrokers();
        return !alive.isEmpty() && alive.getFirst().id() == node.brokerId();
    }

    /// Changes settings of a topic, all or none. An active controller of an earlier version changes no topic that has
    /// [MirrorTopic#SOURCE_CLUSTER]: the topic goes on without it.
    ///
    /// @return empty when that is done, else the reason why not
    String alterTopic(String topic, List<TopicChange> changes) {
        String problem = alter(topic, changes);
        return isUnknownSourceCluster(problem) ? alter(topic, TopicChange.withoutSourceCluster(changes)) : problem;
    }

    /// True when a controller of an earlier version does not know [MirrorTopic#SOURCE_CLUSTER].
    static boolean isUnknownSourceCluster(@Nullable String problem) {
        return problem != null && problem.endsWith(" config name: " + MirrorTopic.SOURCE_CLUSTER);
    }

    private String alter(String topic, List<TopicChange> changes) {
        var configs = changes.stream().map(TopicChange::alterable).toList();
        var request = IncrementalAlterConfigsRequest.builder()
                .resources(List.of(new AlterConfigsResource(ConfigResource.Type.TOPIC.code(), topic, configs)))
                .build();
        try {
            var response = node.metadata().controller().ask(ControllerApis.INCREMENTAL_ALTER_CONFIGS, request);
            for (var each : response.responses()) {
                if (each.errorCode() == ErrorCode.NONE.code()) return "";
                return each.errorMessage() == null
                        ? ErrorCode.of(each.errorCode()).toString()
                        : each.errorMessage();
            }
            return "the controller does not say";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /// Writes [MirrorTopic#SOURCE_CLUSTER] of the mirror's topics where another one is, or none. A controller of an
    /// earlier version refuses that, which leaves the topics as they are.
    void writeSourceCluster(String cluster) {
        ClusterImage present = image();
        var resources = new ArrayList<AlterConfigsResource>();
        var change =
                List.of(TopicChange.set(MirrorTopic.SOURCE_CLUSTER, cluster).alterable());
        for (ConfigResource each : present.configuredResources(ConfigResource.Type.TOPIC)) {
            Map<String, String> configs = present.configs(each);
            boolean written =
                    configs.getOrDefault(MirrorTopic.SOURCE_CLUSTER, "").equals(cluster);
            if (written || !name.equals(configs.get(MirrorTopic.MIRROR))) continue;
            if (present.topic(each.name()).isEmpty() || resources.size() >= TOPICS_MAX) continue;
            resources.add(new AlterConfigsResource(each.type().code(), each.name(), change));
        }
        if (resources.isEmpty()) return;
        var request =
                IncrementalAlterConfigsRequest.builder().resources(resources).build();
        try {
            var answer = node.metadata().controller().ask(ControllerApis.INCREMENTAL_ALTER_CONFIGS, request);
            for (var each : answer.responses()) {
                if (each.errorCode() == ErrorCode.NONE.code()) continue;
                LOG.debug(
                        "Mirror {}: topic {} does not get the id of its source cluster: {}",
                        name,
                        each.resourceName(),
                        each.errorMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
