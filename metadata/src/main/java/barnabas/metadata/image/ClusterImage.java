package barnabas.metadata.image;

import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.maps.PersistentMap;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// Everything the cluster knows, at one position of the metadata log. Immutable and cheap to keep.
///
/// A new image comes from replaying records: [#replay] for a batch, [ImageUpdate] for several.
///
/// @param clusterId 22 characters of base64
/// @param configs what was set dynamically for a resource, by official name; a resource without any is missing
/// @param quotas limits by quota name (`producer_byte_rate` ...); an entity without any is missing
/// @param nextProducerId the first producer id that was not handed out to any broker
/// @param settingsBytes memory of configurations, quotas, credentials, ACLs and tokens (`SettingsBytes`)
public record ClusterImage(
        String clusterId,
        MetadataPosition position,
        FeaturesImage features,
        NodesImage nodes,
        TopicsImage topics,
        PersistentMap<ConfigResource, SortedMap<String, String>> configs,
        PersistentMap<QuotaEntity, SortedMap<String, Double>> quotas,
        AccessImage access,
        long nextProducerId,
        long settingsBytes) {

    /// The image of an empty log.
    public static ClusterImage empty(String clusterId) {
        return new ClusterImage(
                clusterId,
                MetadataPosition.BEGINNING,
                FeaturesImage.EMPTY,
                NodesImage.EMPTY,
                TopicsImage.EMPTY,
                PersistentMap.empty(),
                PersistentMap.empty(),
                AccessImage.EMPTY,
                0,
                0);
    }

    /// This image and what `records` say, at `position`.
    ///
    /// @throws UnreadableMetadataException when a record cannot follow this image or is of an unknown kind
    public ImageDelta replay(List<? extends Message> records, MetadataPosition position) {
        var update = new ImageUpdate(this);
        for (Message each : records) update.replay(each);
        return update.finish(position);
    }

    /// The same state at another position.
    public ClusterImage at(MetadataPosition other) {
        return new ClusterImage(
                clusterId, other, features, nodes, topics, configs, quotas, access, nextProducerId, settingsBytes);
    }

    public Optional<TopicImage> topic(String name) {
        return topics.byName().get(name);
    }

    public Optional<TopicImage> topic(Uuid id) {
        return topics.byId().get(id);
    }

    public Optional<PartitionImage> partition(String topic, int index) {
        return topic(topic).flatMap(found -> found.partition(index));
    }

    public Optional<PartitionImage> partition(Uuid topic, int index) {
        return topic(topic).flatMap(found -> found.partition(index));
    }

    /// All topics, sorted by name. For lists that people see; a copy each time.
    public List<TopicImage> topicsByName() {
        return topics.byName().values().stream()
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .toList();
    }

    public int topicCount() {
        return topics.byName().size();
    }

    public Optional<BrokerRegistration> broker(int id) {
        return nodes.brokers().get(id);
    }

    /// All registered brokers, running or not, sorted by id.
    public List<BrokerRegistration> brokersById() {
        return nodes.brokers().values().stream()
                .sorted((one, other) -> Integer.compare(one.id(), other.id()))
                .toList();
    }

    /// Brokers that clients may be sent to, sorted by id.
    public List<BrokerRegistration> aliveBrokers() {
        return brokersById().stream().filter(broker -> !broker.fenced()).toList();
    }

    /// Whether clients may be sent to `id`.
    public boolean isAlive(int id) {
        BrokerRegistration broker = nodes.brokers().find(id);
        return broker != null && !broker.fenced();
    }

    /// Whether a broker's replica can be used: the broker is not fenced, and the replica's directory has not failed.
    public boolean isReplicaOnline(PartitionImage partition, int id) {
        BrokerRegistration broker = nodes.brokers().find(id);
        return broker != null && !broker.fenced() && broker.isOnline(partition.directoryOf(id));
    }

    /// Dynamic configs of `resource` itself, by official name, sorted; empty when there are none.
    public SortedMap<String, String> configs(ConfigResource resource) {
        SortedMap<String, String> found = configs.find(resource);
        return found == null ? Collections.emptySortedMap() : found;
    }

    /// Resources of a type that have dynamic configs, sorted by name.
    public List<ConfigResource> configuredResources(ConfigResource.Type type) {
        Collection<ConfigResource> all = configs.keys();
        return all.stream().filter(resource -> resource.type() == type).sorted().toList();
    }
}
