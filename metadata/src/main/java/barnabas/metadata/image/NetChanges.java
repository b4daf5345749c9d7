package barnabas.metadata.image;

import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What differs between two images, looked for only where something was touched.
final class NetChanges {
    private NetChanges() {}

    static List<ClusterChange> between(
            ClusterImage before, ClusterImage after, Set<Uuid> touchedTopics, Collection<ClusterChange> touched) {
        var changes = new ArrayList<ClusterChange>();
        for (Uuid id : touchedTopics) {
            TopicImage was = before.topics().byId().find(id);
            if (was != null && after.topics().byId().find(id) == null) {
                changes.add(new ClusterChange.TopicDeleted(was));
            }
        }
        for (Uuid id : touchedTopics) {
            TopicImage is = after.topics().byId().find(id);
            if (is != null) topicChanges(changes, before.topics().byId().find(id), is);
        }
        for (ClusterChange each : touched) {
            if (isChange(each, before, after)) changes.add(each);
        }
        return List.copyOf(changes);
    }

    /// All that differs, looked for everywhere: for images that do not come from one another.
    static List<ClusterChange> between(ClusterImage before, ClusterImage after) {
        var topics = new LinkedHashSet<Uuid>(before.topics().byId().keys());
        topics.addAll(after.topics().byId().keys());
        var touched = new LinkedHashSet<ClusterChange>();
        touched.add(new ClusterChange.FeaturesChanged());
        touched.add(new ClusterChange.ProducerIdsChanged());
        for (ClusterImage image : List.of(before, after)) {
            image.nodes().brokers().keys().forEach(id -> touched.add(new ClusterChange.BrokerChanged(id)));
            image.nodes().controllers().keys().forEach(id -> touched.add(new ClusterChange.ControllerChanged(id)));
            image.configs().keys().forEach(resource -> touched.add(new ClusterChange.ConfigsChanged(resource)));
            image.quotas().keys().forEach(entity -> touched.add(new ClusterChange.QuotasChanged(entity)));
            image.access().acls().keys().forEach(id -> touched.add(new ClusterChange.AclChanged(id)));
            image.access().scram().keys().forEach(key -> touched.add(new ClusterChange.ScramChanged(key)));
            image.access().tokens().keys().forEach(id -> touched.add(new ClusterChange.DelegationTokenChanged(id)));
        }
        return between(before, after, topics, touched);
    }

    private static void topicChanges(List<ClusterChange> changes, @Nullable TopicImage was, TopicImage is) {
        if (was == null) changes.add(new ClusterChange.TopicCreated(is));
        int known = was == null ? 0 : was.partitionCount();
        for (PartitionImage partition : is.partitions()) {
            if (was == null || partition.index() >= known) {
                changes.add(new ClusterChange.PartitionCreated(is, partition));
            } else {
                PartitionImage old = was.partitions().get(partition.index());
                if (!old.equals(partition)) {
                    changes.add(new ClusterChange.PartitionChanged(is, old, partition));
                }
            }
        }
    }

    private static boolean isChange(ClusterChange change, ClusterImage before, ClusterImage after) {
        return switch (change) {
            case ClusterChange.TopicCreated _, ClusterChange.TopicDeleted _ -> true;
            case ClusterChange.PartitionCreated _, ClusterChange.PartitionChanged _ -> true;
            case ClusterChange.ConfigsChanged(ConfigResource resource) ->
                !before.configs(resource).equals(after.configs(resource));
            case ClusterChange.BrokerChanged(int id) ->
                !Objects.equals(
                        before.nodes().brokers().find(id),
                        after.nodes().brokers().find(id));
            case ClusterChange.ControllerChanged(int id) ->
                !Objects.equals(
                        before.nodes().controllers().find(id),
                        after.nodes().controllers().find(id));
            case ClusterChange.FeaturesChanged() -> !before.features().equals(after.features());
            case ClusterChange.QuotasChanged(QuotaEntity entity) ->
                !Objects.equals(before.quotas().find(entity), after.quotas().find(entity));
            case ClusterChange.AclChanged(Uuid id) ->
                !Objects.equals(
                        before.access().acls().find(id), after.access().acls().find(id));
            case ClusterChange.ScramChanged(ScramCredential.Key key) ->
                !Objects.equals(
                        before.access().scram().find(key),
                        after.access().scram().find(key));
            case ClusterChange.DelegationTokenChanged(String id) ->
                !Objects.equals(
                        before.access().tokens().find(id),
                        after.access().tokens().find(id));
            case ClusterChange.ProducerIdsChanged() -> before.nextProducerId() != after.nextProducerId();
        };
    }
}
