package barnabas.broker.cluster;

import barnabas.coordination.groups.common.GroupOverrides;
import barnabas.coordination.groups.common.TopicsView;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.ConfigResource;
import java.util.Map;
import java.util.OptionalInt;

/// What the group coordinator takes from the cluster image.
public final class GroupSettings {
    private GroupSettings() {}

    /// The group's own dynamic configuration.
    public static GroupOverrides of(ClusterImage image, String group) {
        Map<String, String> configs = image.configs(ConfigResource.group(group));
        if (configs.isEmpty()) return GroupOverrides.NONE;
        return new GroupOverrides(
                number(configs, "consumer.session.timeout.ms"),
                number(configs, "consumer.heartbeat.interval.ms"),
                number(configs, "consumer.assignment.interval.ms"));
    }

    private static OptionalInt number(Map<String, String> configs, String name) {
        String value = configs.get(name);
        return value == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(value));
    }

    /// The topics of an image, for the coordinator's start.
    public static TopicsView topics(ClusterImage image) {
        return new ImageTopics(image);
    }
}
