package barnabas.metadata.image;

import barnabas.metadata.maps.PersistentMap;
import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Differences between two images, looked for only in changed keys.
final class NetChanges {
    private NetChanges() {}

    static List<ClusterChange> between(ClusterImage before, ClusterImage after, ChangedKeys touched) {
        var changes = new ArrayList<ClusterChange>();
        topicChanges(changes, before, after, touched.topics);
        if (touched.features
                && !before.features().finalized().equals(after.features().finalized()))
            changes.add(new ClusterChange.FeaturesChanged());
        if (touched.producerIds && before.nextProducerId() != after.nextProducerId())
            changes.add(new ClusterChange.ProducerIdsChanged());
        add(
                changes,
                touched.brokers,
                before.nodes().brokers(),
                after.nodes().brokers(),
                ClusterChange.BrokerChanged::new);
        add(
                changes,
                touched.controllers,
                before.nodes().controllers(),
                after.nodes().controllers(),
                ClusterChange.ControllerChanged::new);
        add(changes, touched.configs, before.configs(), after.configs(), ClusterChange.ConfigsChanged::new);
        add(changes, touched.quotas, before.quotas(), after.quotas(), ClusterChange.QuotasChanged::new);
        AccessImage was = before.access();
        AccessImage is = after.access();
        add(changes, touched.acls, was.acls(), is.acls(), ClusterChange.AclChanged::new);
        add(changes, touched.scram, was.scram(), is.scram(), ClusterChange.ScramChanged::new);
        add(changes, touched.tokens, was.tokens(), is.tokens(), ClusterChange.DelegationTokenChanged::new);
        return List.copyOf(changes);
    }

    private static <K, V> void add(
            List<ClusterChange> changes,
            Set<K> touched,
            PersistentMap<K, V> before,
            PersistentMap<K, V> after,
            Function<K, ClusterChange> change) {
        for (K key : touched) if (!Objects.equals(before.find(key), after.find(key))) changes.add(change.apply(key));
    }

    private static void topicChanges(
            List<ClusterChange> changes, ClusterImage before, ClusterImage after, Set<Uuid> touched) {
        for (Uuid id : touched) {
            TopicImage was = before.topics().byId().find(id);
            if (was != null && after.topics().byId().find(id) == null) {
                changes.add(new ClusterChange.TopicDeleted(was));
            }
        }
        var others = new ArrayList<ClusterChange>();
        for (Uuid id : touched) {
            TopicImage is = after.topics().byId().find(id);
            if (is != null) topicChanges(changes, others, before.topics().byId().find(id), is);
        }
        changes.addAll(others);
    }

    /// @param leaders receives the partitions with another leader or epoch, `others` everything else
    private static void topicChanges(
            List<ClusterChange> leaders, List<ClusterChange> others, @Nullable TopicImage was, TopicImage is) {
        if (was == null) others.add(new ClusterChange.TopicCreated(is));
        int known = was == null ? 0 : was.partitionCount();
        for (PartitionImage partition : is.partitions()) {
            if (was == null || partition.index() >= known) {
                others.add(new ClusterChange.PartitionCreated(is, partition));
            } else {
                PartitionImage old = was.partitions().get(partition.index());
                if (old.equals(partition)) continue;
                var change = new ClusterChange.PartitionChanged(is, old, partition);
                (change.leaderChanged() ? leaders : others).add(change);
            }
        }
    }
}
