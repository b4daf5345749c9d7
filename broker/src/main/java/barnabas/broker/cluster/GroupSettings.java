package barnabas.broker.cluster;

import barnabas.config.BrokerConfig;
import barnabas.config.GroupConfig;
import barnabas.config.dynamic.ConfigResource;
import barnabas.config.dynamic.GroupConfigs;
import barnabas.coordination.groups.common.GroupOverrides;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.metadata.image.ClusterImage;
import java.util.Map;
import java.util.OptionalInt;

/// Settings that the group coordinator takes from the cluster image.
public final class GroupSettings {
    private GroupSettings() {}

    /// The group's own dynamic configuration.
    public static GroupOverrides of(ClusterImage image, String group, BrokerConfig broker) {
        Map<String, String> configs = image.configs(ConfigResource.group(group));
        if (configs.isEmpty()) return GroupOverrides.NONE;
        GroupConfig.Consumer effective = GroupConfigs.effective(configs, broker).consumer();
        return new GroupOverrides(
                OptionalInt.of(effective.sessionTimeoutMillis()),
                OptionalInt.of(effective.heartbeatIntervalMillis()),
                OptionalInt.of(effective.assignmentIntervalMillis()));
    }

    /// The topics of an image, for the coordinator's start.
    public static TopicsView topics(ClusterImage image) {
        return new ImageTopics(image, 0);
    }
}
