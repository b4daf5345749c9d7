package barnabas.metadata.image;

import barnabas.base.Check;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.access.ScramCredential;
import barnabas.metadata.maps.PersistentMap;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.metadata.room.SettingsBytes;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.AbortTransactionRecord;
import barnabas.protocol.metadata.AccessControlEntryRecord;
import barnabas.protocol.metadata.BeginTransactionRecord;
import barnabas.protocol.metadata.BrokerRegistrationChangeRecord;
import barnabas.protocol.metadata.ClearElrRecord;
import barnabas.protocol.metadata.ClientQuotaRecord;
import barnabas.protocol.metadata.ConfigRecord;
import barnabas.protocol.metadata.DelegationTokenRecord;
import barnabas.protocol.metadata.EndTransactionRecord;
import barnabas.protocol.metadata.FeatureLevelRecord;
import barnabas.protocol.metadata.FenceBrokerRecord;
import barnabas.protocol.metadata.MetadataRecord;
import barnabas.protocol.metadata.NoOpRecord;
import barnabas.protocol.metadata.PartitionChangeRecord;
import barnabas.protocol.metadata.PartitionRecord;
import barnabas.protocol.metadata.ProducerIdsRecord;
import barnabas.protocol.metadata.RegisterBrokerRecord;
import barnabas.protocol.metadata.RegisterControllerRecord;
import barnabas.protocol.metadata.RemoveAccessControlEntryRecord;
import barnabas.protocol.metadata.RemoveDelegationTokenRecord;
import barnabas.protocol.metadata.RemoveTopicRecord;
import barnabas.protocol.metadata.RemoveUserScramCredentialRecord;
import barnabas.protocol.metadata.TopicRecord;
import barnabas.protocol.metadata.UnfenceBrokerRecord;
import barnabas.protocol.metadata.UnregisterBrokerRecord;
import barnabas.protocol.metadata.UnregisterControllerRecord;
import barnabas.protocol.metadata.UserScramCredentialRecord;
import barnabas.protocol.metadata.ZkMigrationStateRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/// An image on its way to the next one: takes records, gives a new image and what differs. Owned by one thread; used
/// once. Records come in by [#replay].
public final class ImageUpdate implements MetadataRecord.Visitor {
    /// More partitions than this in one topic are no topic but garbage.
    static final int PARTITIONS_PER_TOPIC_MAX = 1_000_000;

    private final ClusterImage before;
    private FeaturesImage features;
    private NodesImage nodes;
    private TopicsImage topics;
    private PersistentMap<ConfigResource, SortedMap<String, String>> configs;
    private PersistentMap<QuotaEntity, SortedMap<String, Double>> quotas;
    private AccessImage access;
    private long nextProducerId;
    private long settingsBytes;

    private final Map<Uuid, OpenTopic> openTopics = new HashMap<>();
    private final ChangedKeys touched = new ChangedKeys();

    private boolean finished;

    public ImageUpdate(ClusterImage before) {
        this.before = before;
        features = before.features();
        nodes = before.nodes();
        topics = before.topics();
        configs = before.configs();
        quotas = before.quotas();
        access = before.access();
        nextProducerId = before.nextProducerId();
        settingsBytes = before.settingsBytes();
    }

    /// Applies one record.
    ///
    /// @throws UnreadableMetadataException when it cannot follow what came before or is of an unknown kind
    public void replay(Message record) {
        Check.that(!finished, "an update is used once");
        if (!(record instanceof MetadataRecord known)) throw unknown(record);
        known.visit(this);
    }

    private static UnreadableMetadataException unknown(Message record) {
        return new UnreadableMetadataException("unknown metadata record " + record);
    }

    // ---- topics

    @Override
    public void on(PartitionRecord partition) {
        open(partition.topicId()).put(PartitionChanges.created(partition));
    }

    @Override
    public void on(PartitionChangeRecord record) {
        OpenTopic topic = open(record.topicId());
        PartitionImage partition = topic.partition(record.partitionId());
        if (partition == null) {
            throw new UnreadableMetadataException(
                    "changes a partition that is not there: " + record.topicId() + "-" + record.partitionId());
        }
        topic.put(PartitionChanges.changed(partition, record));
    }

    @Override
    public void on(TopicRecord record) {
        if (topics.byName().containsKey(record.name()) || topics.byId().containsKey(record.topicId())) {
            throw new UnreadableMetadataException(
                    "creates a topic that is already there: " + record.name() + " " + record.topicId());
        }
        var topic = new TopicImage(record.name(), record.topicId(), List.of());
        topics = topics.with(topic);
        openTopics.put(topic.id(), new OpenTopic(topic));
        touched.topics.add(topic.id());
    }

    @Override
    public void on(RemoveTopicRecord record) {
        TopicImage topic = topics.byId().find(record.topicId());
        if (topic == null) {
            throw new UnreadableMetadataException("removes a topic that is not there: " + record.topicId());
        }
        topics = topics.without(topic);
        openTopics.remove(topic.id());
        touched.topics.add(topic.id());
        var resource = ConfigResource.topic(topic.name());
        if (configs.containsKey(resource)) {
            settingsBytes -= bytesOf(resource);
            configs = configs.without(resource);
            touched.configs.add(resource);
        }
    }

    @Override
    public void on(ConfigRecord record) {
        ConfigResource.Type type = ConfigResource.Type.of(record.resourceType());
        if (type == null) throw new UnreadableMetadataException("unknown config resource type in " + record);
        var resource = new ConfigResource(type, record.resourceName());
        settingsBytes -= bytesOf(resource);
        configs = NamedValues.with(configs, resource, record.name(), record.value());
        settingsBytes += bytesOf(resource);
        touched.configs.add(resource);
    }

    @Override
    public void on(ClearElrRecord clear) {
        clearEligibleLeaders(clear.topicName());
    }

    @Override
    public void on(ProducerIdsRecord ids) {
        if (ids.nextProducerId() < nextProducerId) {
            throw new UnreadableMetadataException(
                    "producer ids go back from " + nextProducerId + " to " + ids.nextProducerId());
        }
        nextProducerId = ids.nextProducerId();
        touched.producerIds = true;
    }

    @Override
    public void on(ClientQuotaRecord record) {
        QuotaEntity entity = AccessRecords.entity(record);
        settingsBytes -= AccessRecords.bytesOf(entity, quotas.find(entity));
        quotas = NamedValues.with(quotas, entity, record.key(), record.remove() ? null : record.value());
        settingsBytes += AccessRecords.bytesOf(entity, quotas.find(entity));
        touched.quotas.add(entity);
    }

    // ---- nodes

    @Override
    public void on(RegisterBrokerRecord broker) {
        put(NodeRecords.broker(broker));
    }

    @Override
    public void on(UnregisterBrokerRecord broker) {
        var _ = registered(broker.brokerId(), broker.brokerEpoch());
        nodes = nodes.withoutBroker(broker.brokerId());
        touched.brokers.add(broker.brokerId());
    }

    @Override
    public void on(FenceBrokerRecord fence) {
        put(NodeRecords.withFenced(registered(fence.id(), fence.epoch()), true));
    }

    @Override
    public void on(UnfenceBrokerRecord unfence) {
        put(NodeRecords.withFenced(registered(unfence.id(), unfence.epoch()), false));
    }

    @Override
    public void on(BrokerRegistrationChangeRecord change) {
        put(NodeRecords.changed(registered(change.brokerId(), change.brokerEpoch()), change));
    }

    @Override
    public void on(RegisterControllerRecord controller) {
        nodes = nodes.with(NodeRecords.controller(controller));
        touched.controllers.add(controller.controllerId());
    }

    @Override
    public void on(UnregisterControllerRecord controller) {
        nodes = nodes.withoutController(controller.controllerId());
        touched.controllers.add(controller.controllerId());
    }

    @Override
    public void on(FeatureLevelRecord feature) {
        features = features.with(feature.name(), feature.featureLevel());
        touched.features = true;
    }

    // ---- access

    @Override
    public void on(AccessControlEntryRecord acl) {
        settingsBytes -= AccessRecords.bytesOf(access.acls().find(acl.id()));
        access = access.withAcl(acl.id(), AccessRecords.acl(acl));
        settingsBytes += AccessRecords.bytesOf(access.acls().find(acl.id()));
        touched.acls.add(acl.id());
    }

    @Override
    public void on(RemoveAccessControlEntryRecord acl) {
        if (!access.acls().containsKey(acl.id())) {
            throw new UnreadableMetadataException("removes an ACL that is not there: " + acl.id());
        }
        settingsBytes -= AccessRecords.bytesOf(access.acls().find(acl.id()));
        access = access.withoutAcl(acl.id());
        touched.acls.add(acl.id());
    }

    @Override
    public void on(UserScramCredentialRecord scram) {
        var key = new ScramCredential.Key(scram.name(), scram.mechanism());
        settingsBytes -= AccessRecords.bytesOf(key, access.scram().find(key));
        access = access.withScram(access.scram().with(key, ScramCredential.of(scram)));
        settingsBytes += AccessRecords.bytesOf(key, access.scram().find(key));
        touched.scram.add(key);
    }

    @Override
    public void on(RemoveUserScramCredentialRecord scram) {
        var key = new ScramCredential.Key(scram.name(), scram.mechanism());
        settingsBytes -= AccessRecords.bytesOf(key, access.scram().find(key));
        access = access.withScram(access.scram().without(key));
        touched.scram.add(key);
    }

    @Override
    public void on(DelegationTokenRecord token) {
        settingsBytes -= AccessRecords.bytesOf(access.tokens().find(token.tokenId()));
        access = access.withTokens(access.tokens().with(token.tokenId(), AccessRecords.token(token)));
        settingsBytes += AccessRecords.bytesOf(access.tokens().find(token.tokenId()));
        touched.tokens.add(token.tokenId());
    }

    @Override
    public void on(RemoveDelegationTokenRecord token) {
        settingsBytes -= AccessRecords.bytesOf(access.tokens().find(token.tokenId()));
        access = access.withTokens(access.tokens().without(token.tokenId()));
        touched.tokens.add(token.tokenId());
    }

    // ---- records without a place in the image

    /// Says only that the leader lives.
    @Override
    public void on(NoOpRecord record) {}

    /// Left over from clusters that once had ZooKeeper; without a meaning since Kafka 4.0.
    @Override
    public void on(ZkMigrationStateRecord record) {}

    /// The marks of transactions are for the reader of the log.
    @Override
    public void on(BeginTransactionRecord record) {
        throw unknown(record);
    }

    @Override
    public void on(EndTransactionRecord record) {
        throw unknown(record);
    }

    @Override
    public void on(AbortTransactionRecord record) {
        throw unknown(record);
    }

    /// The image with everything replayed so far, and the net changes.
    public ImageDelta finish(MetadataPosition position) {
        Check.that(!finished, "an update is used once");
        finished = true;
        for (OpenTopic open : openTopics.values()) topics = topics.with(open.close());
        var after = new ClusterImage(
                before.clusterId(),
                position,
                features,
                nodes,
                topics,
                configs,
                quotas,
                access,
                nextProducerId,
                settingsBytes);
        return new ImageDelta(before, after, NetChanges.between(before, after, touched));
    }

    private OpenTopic open(Uuid id) {
        OpenTopic open = openTopics.get(id);
        if (open != null) return open;
        TopicImage topic = topics.byId().find(id);
        if (topic == null) throw new UnreadableMetadataException("a partition of a topic that is not there: " + id);
        touched.topics.add(id);
        open = new OpenTopic(topic);
        openTopics.put(id, open);
        return open;
    }

    private void clearEligibleLeaders(String topicName) {
        if (topicName.isEmpty()) {
            for (Uuid id : topics.byId().keys()) open(id).clearEligibleLeaders();
        } else {
            TopicImage topic = topics.byName().find(topicName);
            if (topic == null) throw new UnreadableMetadataException("clears a topic that is not there: " + topicName);
            open(topic.id()).clearEligibleLeaders();
        }
    }

    private long bytesOf(ConfigResource resource) {
        return SettingsBytes.ofValues(resource.name().length(), configs.find(resource));
    }

    private BrokerRegistration registered(int id, long epoch) {
        BrokerRegistration broker = nodes.brokers().find(id);
        if (broker == null || broker.epoch() != epoch) {
            throw new UnreadableMetadataException("changes broker " + id + " at epoch " + epoch + ", but there is "
                    + (broker == null ? "no such broker" : "epoch " + broker.epoch()));
        }
        return broker;
    }

    private void put(BrokerRegistration broker) {
        nodes = nodes.with(broker);
        touched.brokers.add(broker.id());
    }
}
