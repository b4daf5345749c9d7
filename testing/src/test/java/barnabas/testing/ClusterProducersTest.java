package barnabas.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Producers as single brokers of a cluster know them: `kafka-transactions.sh describe-producers --broker-id`.
@Timeout(300)
class ClusterProducersTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);

    private static List<ProducerState> producers(Admin admin, int broker) throws Exception {
        var options = new DescribeProducersOptions();
        options.brokerId(broker);
        return admin.describeProducers(List.of(PARTITION), options)
                .partitionResult(PARTITION)
                .get()
                .activeProducers();
    }

    @Test
    void eachReplicaNamesItsProducersAndNoOtherBrokerDoes() throws Exception {
        try (var cluster = BarnabasCluster.start(3);
                Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(PARTITION.topic(), Map.of(0, List.of(1, 2)))))
                    .all()
                    .get();
            try (var producer = new KafkaProducer<>(
                    Map.<String, Object>of("bootstrap.servers", cluster.bootstrapServers()),
                    new StringSerializer(),
                    new StringSerializer())) {
                producer.send(new ProducerRecord<>(PARTITION.topic(), "a")).get();
            }
            List<ProducerState> atLeader = producers(admin, 1);
            assertThat(atLeader).hasSize(1);
            assertThat(producers(admin, 2)).isEqualTo(atLeader);
            assertThatThrownBy(() -> producers(admin, 3)).hasCauseInstanceOf(NotLeaderOrFollowerException.class);
        }
    }
}
