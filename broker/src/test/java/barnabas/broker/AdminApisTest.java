package barnabas.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DeleteRecordsOptions;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.LogDirNotFoundException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaAlteration.Op;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.apache.kafka.common.quota.ClientQuotaFilterComponent;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Requests of operators to a broker, with the official admin client.
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class AdminApisTest extends BrokerWithOrders {

    private void produce(int records) throws Exception {
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) producer.send(new ProducerRecord<>("orders", new byte[100]));
            producer.flush();
        }
    }

    private long earliest() throws Exception {
        return admin.listOffsets(Map.of(ORDERS, OffsetSpec.earliest()))
                .partitionResult(ORDERS)
                .get()
                .offset();
    }

    /// The admin client looks for the partition until its time is up.
    private void deleteFromWhatIsNotThere() throws Exception {
        var nowhere = Map.of(new TopicPartition("orders", 1), RecordsToDelete.beforeOffset(0));
        admin.deleteRecords(nowhere, new DeleteRecordsOptions().timeoutMs(500))
                .all()
                .get();
    }

    private long delete(TopicPartition partition, long before) throws Exception {
        return admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(before)))
                .lowWatermarks()
                .get(partition)
                .get()
                .lowWatermark();
    }

    @Test
    void deletedRecordsAreGoneAtOnceAndStayGoneAfterARestart() throws Exception {
        produce(10);
        assertThat(delete(ORDERS, 4)).isEqualTo(4);
        assertThat(earliest()).isEqualTo(4);
        // Nothing comes back.
        assertThat(delete(ORDERS, 2)).isEqualTo(4);
        broker.close();
        var settings = Map.of("listeners", "PLAINTEXT://" + broker.bootstrapServers(), "log.dirs", data.toString());
        broker = Barnabas.start(settings);
        assertThat(earliest()).isEqualTo(4);
        assertThat(delete(ORDERS, -1)).isEqualTo(10);
    }

    @Test
    void recordsThatAreNotThereOrMustStayAreNotDeleted() throws Exception {
        produce(3);
        refused(OffsetOutOfRangeException.class, () -> delete(ORDERS, 4));
        refused(TimeoutException.class, this::deleteFromWhatIsNotThere);
        var compacted = new NewTopic("table", 1, (short) 1).configs(Map.of("cleanup.policy", "compact"));
        admin.createTopics(List.of(compacted)).all().get();
        refused(PolicyViolationException.class, () -> delete(new TopicPartition("table", 0), 0));
    }

    @Test
    void theDirectoryIsDescribedWithWhatLiesInIt() throws Exception {
        produce(10);
        var described = admin.describeLogDirs(List.of(broker.nodeId()))
                .allDescriptions()
                .get()
                .get(broker.nodeId())
                .get(data.toAbsolutePath().toString());
        assertThat(described.error()).isNull();
        assertThat(described.replicaInfos().get(ORDERS).size()).isGreaterThan(1_000);
        assertThat(described.totalBytes().getAsLong())
                .isGreaterThan(described.usableBytes().getAsLong());
    }

    @Test
    void aReplicaStaysInItsDirectory() throws Exception {
        var replica = new TopicPartitionReplica("orders", 0, broker.nodeId());
        var here = Map.of(replica, data.toAbsolutePath().toString());
        admin.alterReplicaLogDirs(here).all().get();
        var nowhere = Map.of(replica, "/there/is/no/such/directory");
        refused(
                LogDirNotFoundException.class,
                () -> admin.alterReplicaLogDirs(nowhere).all().get());
    }

    @Test
    void aFreshBrokerHasNoGroups() throws Exception {
        assertThat(admin.listGroups(new ListGroupsOptions().timeoutMs(5_000))
                        .all()
                        .get())
                .isEmpty();
    }

    @Test
    void clientsGetAnInstanceIdAndPushWhatIsSubscribed() throws Exception {
        var subscription = new ConfigResource(ConfigResource.Type.CLIENT_METRICS, "all");
        var wanted = List.of(
                new AlterConfigOp(new ConfigEntry("metrics", "*"), AlterConfigOp.OpType.SET),
                new AlterConfigOp(new ConfigEntry("interval.ms", "100"), AlterConfigOp.OpType.SET));
        admin.incrementalAlterConfigs(Map.of(subscription, wanted)).all().get();
        Map<String, Object> config = Map.of("bootstrap.servers", broker.bootstrapServers());
        Uuid id;
        try (var producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            id = producer.clientInstanceId(Duration.ofSeconds(20));
        }
        assertThat(id).isNotEqualTo(Uuid.ZERO_UUID);
    }

    @Test
    void theQuorumIsThisNode() throws Exception {
        QuorumInfo quorum = admin.describeMetadataQuorum().quorumInfo().get();
        assertThat(quorum.leaderId()).isEqualTo(broker.nodeId());
        assertThat(quorum.voters())
                .extracting(QuorumInfo.ReplicaState::replicaId)
                .containsExactly(broker.nodeId());
        assertThat(quorum.observers()).isEmpty();
        long before = quorum.highWatermark();
        admin.createTopics(List.of(new NewTopic("more", 1, (short) 1))).all().get();
        assertThat(admin.describeMetadataQuorum().quorumInfo().get().highWatermark())
                .isGreaterThan(before);
    }

    private static ClientQuotaEntity entity(Map<String, String> parts) {
        return new ClientQuotaEntity(parts);
    }

    @Test
    void quotasAreFoundByWhomTheyLimit() throws Exception {
        var alice = entity(Map.of(ClientQuotaEntity.USER, "alice"));
        var aliceOnApp = entity(Map.of(ClientQuotaEntity.USER, "alice", ClientQuotaEntity.CLIENT_ID, "app"));
        var limit = List.of(new Op("producer_byte_rate", 1024.0));
        admin.alterClientQuotas(
                        List.of(new ClientQuotaAlteration(alice, limit), new ClientQuotaAlteration(aliceOnApp, limit)))
                .all()
                .get();
        var user = ClientQuotaFilterComponent.ofEntity(ClientQuotaEntity.USER, "alice");
        assertThat(quotas(ClientQuotaFilter.contains(List.of(user)))).containsOnlyKeys(alice, aliceOnApp);
        assertThat(quotas(ClientQuotaFilter.containsOnly(List.of(user))))
                .containsExactly(Map.entry(alice, Map.of("producer_byte_rate", 1024.0)));
        var anyClient = ClientQuotaFilterComponent.ofEntityType(ClientQuotaEntity.CLIENT_ID);
        assertThat(quotas(ClientQuotaFilter.contains(List.of(anyClient)))).containsOnlyKeys(aliceOnApp);
        var defaultUser = ClientQuotaFilterComponent.ofDefaultEntity(ClientQuotaEntity.USER);
        assertThat(quotas(ClientQuotaFilter.contains(List.of(defaultUser)))).isEmpty();
        assertThat(quotas(ClientQuotaFilter.all())).hasSize(2);
        var address = ClientQuotaFilterComponent.ofEntityType(ClientQuotaEntity.IP);
        refused(InvalidRequestException.class, () -> quotas(ClientQuotaFilter.contains(List.of(user, address))));
    }

    private Map<ClientQuotaEntity, Map<String, Double>> quotas(ClientQuotaFilter filter) throws Exception {
        return admin.describeClientQuotas(filter).entities().get();
    }
}
