package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.InvalidUpdateVersionException;
import org.apache.kafka.common.errors.NoReassignmentInProgressException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Requests about several brokers, sent to one: the answers are those of a cluster with one broker.
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ClusterApisTest extends BrokerWithOrders {
    private static final TopicPartition NOWHERE = new TopicPartition("nowhere", 0);

    @Test
    void theOnlyReplicaLeadsAlready() throws Exception {
        var elected = admin.electLeaders(ElectionType.PREFERRED, Set.of(ORDERS, NOWHERE))
                .partitions()
                .get();
        assertThat(elected.get(ORDERS)).containsInstanceOf(ElectionNotNeededException.class);
        assertThat(elected.get(NOWHERE)).containsInstanceOf(UnknownTopicOrPartitionException.class);
        // Of all partitions only those are named that something was done for.
        assertThat(admin.electLeaders(ElectionType.UNCLEAN, null).partitions().get())
                .isEmpty();
    }

    private void reassign(TopicPartition partition, Optional<NewPartitionReassignment> to) throws Exception {
        admin.alterPartitionReassignments(Map.of(partition, to)).all().get();
    }

    @Test
    void replicasHaveNowhereToGo() throws Exception {
        var here = Optional.of(new NewPartitionReassignment(List.of(broker.nodeId())));
        reassign(ORDERS, here);
        assertThat(admin.listPartitionReassignments().reassignments().get()).isEmpty();
        var elsewhere = Optional.of(new NewPartitionReassignment(List.of(broker.nodeId() + 1)));
        refused(InvalidReplicaAssignmentException.class, () -> reassign(ORDERS, elsewhere));
        refused(UnknownTopicOrPartitionException.class, () -> reassign(NOWHERE, here));
        refused(NoReassignmentInProgressException.class, () -> reassign(ORDERS, Optional.empty()));
    }

    @Test
    void unknownBrokerIsNotUnregistered() {
        refused(
                BrokerIdNotRegisteredException.class,
                () -> admin.unregisterBroker(broker.nodeId() + 1).all().get());
    }

    private short level(String feature) throws Exception {
        return admin.describeFeatures()
                .featureMetadata()
                .get()
                .finalizedFeatures()
                .get(feature)
                .maxVersionLevel();
    }

    private void update(String feature, int level, UpgradeType kind, boolean validateOnly) throws Exception {
        admin.updateFeatures(
                        Map.of(feature, new FeatureUpdate((short) level, kind)),
                        new UpdateFeaturesOptions().validateOnly(validateOnly))
                .all()
                .get();
    }

    @Test
    void featuresAreFinalizedAndChanged() throws Exception {
        assertThat(level("metadata.version")).isEqualTo((short) 33);
        assertThat(level("transaction.version")).isEqualTo((short) 2);
        update("transaction.version", 1, UpgradeType.SAFE_DOWNGRADE, true);
        assertThat(level("transaction.version")).isEqualTo((short) 2);
        update("transaction.version", 1, UpgradeType.SAFE_DOWNGRADE, false);
        assertThat(level("transaction.version")).isEqualTo((short) 1);
        refused(
                InvalidUpdateVersionException.class,
                () -> update("transaction.version", 3, UpgradeType.UPGRADE, false));
        refused(InvalidUpdateVersionException.class, () -> update("no.such.feature", 1, UpgradeType.UPGRADE, false));
    }

    @Test
    void resourcesWithConfigurationsAreListed() throws Exception {
        var resources = admin.listConfigResources(
                        Set.of(ConfigResource.Type.TOPIC, ConfigResource.Type.BROKER), new ListConfigResourcesOptions())
                .all()
                .get();
        assertThat(resources)
                .containsExactlyInAnyOrder(
                        new ConfigResource(ConfigResource.Type.TOPIC, "orders"),
                        new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(broker.nodeId())));
    }

    @Test
    void producersAreDescribed() throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("orders", new byte[10])).get();
        }
        var producers = admin.describeProducers(List.of(ORDERS))
                .partitionResult(ORDERS)
                .get()
                .activeProducers();
        assertThat(producers).hasSize(1);
        assertThat(producers.getFirst().lastSequence()).isZero();
        assertThat(producers.getFirst().currentTransactionStartOffset()).isEmpty();
    }
}
