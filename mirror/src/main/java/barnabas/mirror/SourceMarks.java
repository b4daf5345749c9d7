package barnabas.mirror;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.ControllerApis;
import barnabas.metadata.image.ClusterImage;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Id of the source cluster in the settings of a mirror's topics, by which a broker that starts knows the cluster. All
/// topics have that of the cluster which was accepted last, also those whose own source is no more.
final class SourceMarks {
    private static final Logger LOG = LoggerFactory.getLogger(SourceMarks.class);
    /// Written in one change of the metadata log.
    private static final int TOPICS_MAX = 1_000;

    private SourceMarks() {}

    /// Ids in the mirror's topics; empty for a mirror without topics.
    static Set<String> of(ClusterImage image, String mirror) {
        var found = new TreeSet<String>();
        for (ConfigResource each : image.configuredResources(ConfigResource.Type.TOPIC)) {
            Map<String, String> configs = image.configs(each);
            String cluster = configs.getOrDefault(MirrorTopic.SOURCE_CLUSTER, "");
            if (mirror.equals(configs.get(MirrorTopic.MIRROR)) && !cluster.isEmpty()) found.add(cluster);
        }
        return found;
    }

    /// Writes the id where another one is, or none. A controller of an earlier version refuses that, which leaves the
    /// topics as they are.
    static void write(MirrorContext context, String cluster) {
        ClusterImage image = context.image();
        var resources = new ArrayList<AlterConfigsResource>();
        var change =
                List.of(TopicChange.set(MirrorTopic.SOURCE_CLUSTER, cluster).alterable());
        for (ConfigResource each : image.configuredResources(ConfigResource.Type.TOPIC)) {
            Map<String, String> configs = image.configs(each);
            boolean written =
                    configs.getOrDefault(MirrorTopic.SOURCE_CLUSTER, "").equals(cluster);
            if (written || !context.name().equals(configs.get(MirrorTopic.MIRROR))) continue;
            if (image.topic(each.name()).isEmpty() || resources.size() >= TOPICS_MAX) continue;
            resources.add(new AlterConfigsResource(each.type().code(), each.name(), change));
        }
        if (resources.isEmpty()) return;
        var request =
                IncrementalAlterConfigsRequest.builder().resources(resources).build();
        try {
            var answer = context.node().metadata().controller().ask(ControllerApis.INCREMENTAL_ALTER_CONFIGS, request);
            for (var each : answer.responses()) {
                if (each.errorCode() == ErrorCode.NONE.code()) continue;
                LOG.debug(
                        "Mirror {}: topic {} does not get the id of its source cluster: {}",
                        context.name(),
                        each.resourceName(),
                        each.errorMessage());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
