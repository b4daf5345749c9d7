package barnabas.sql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.base.Threads;
import barnabas.broker.Barnabas;
import barnabas.sql.server.SqlNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Applications of Kafka Streams whose topics a watch looks at while they rest.
@Timeout(120)
class IdleQueriesTest {
    private static final int QUERIES = 3;
    private static final int ROUNDS = 4;

    @TempDir
    static Path data;

    private static Properties settings(String brokers, int query) {
        var settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "idle-" + query);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, brokers);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, data.resolve("state").toString());
        settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        settings.put(StreamsConfig.POLL_MS_CONFIG, 10);
        settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        return settings;
    }

    private static KafkaStreams query(QueryClients clients, String brokers, int query) {
        var builder = new StreamsBuilder();
        builder.stream("in", Consumed.with(Serdes.String(), Serdes.String()))
                .mapValues(value -> value + "/" + query)
                .to("out", Produced.with(Serdes.String(), Serdes.String()));
        return clients.application(builder.build(), settings(brokers, query));
    }

    @Test
    void restingQueriesReadEachRecordOnce() throws Exception {
        try (Barnabas broker = SqlNode.start(data.resolve("node"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            String brokers = broker.bootstrapServers();
            for (String each : List.of("in", "out"))
                admin.createTopics(List.of(new NewTopic(each, Optional.of(2), Optional.empty())))
                        .all()
                        .get();
            var config = new EngineConfig("idle_", "", Map.of("bootstrap.servers", brokers), Map.of(), data, false);
            var queries = new ArrayList<KafkaStreams>();
            var clients = new ArrayList<QueryClients>();
            try (var watch = new IdleWatch(config, admin, Clock.SYSTEM, Threads.SYSTEM)) {
                for (int i = 0; i < QUERIES; i++) {
                    clients.add(new QueryClients(new QueryClients.Shared(admin, watch)));
                    queries.add(query(clients.getLast(), brokers, i));
                    queries.getLast().start();
                }
                assertThat(readAfterEachRest(brokers, watch))
                        .hasSize(ROUNDS * QUERIES)
                        .doesNotHaveDuplicates();
                clients.forEach(QueryClients::hurry);
                for (KafkaStreams each : queries)
                    assertThat(each.close(Duration.ofSeconds(20))).isTrue();
                assertThat(admin.describeCluster().clusterId().get()).isNotEmpty();
            }
        }
    }

    private static List<String> readAfterEachRest(String brokers, IdleWatch watch) throws Exception {
        var found = new ArrayList<String>();
        try (var producer = new KafkaProducer<>(
                        Map.of("bootstrap.servers", brokers), new StringSerializer(), new StringSerializer());
                var consumer = new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                brokers,
                                "group.id",
                                "reader",
                                "auto.offset.reset",
                                "earliest",
                                "isolation.level",
                                "read_committed"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.subscribe(List.of("out"));
            for (int round = 0; round < ROUNDS; round++) {
                while (watch.resting() < QUERIES)
                    consumer.poll(Duration.ofMillis(50)).forEach(each -> found.add(each.value()));
                producer.send(new ProducerRecord<>("in", round % 2, "k", "record " + round))
                        .get();
                while (found.size() < (round + 1) * QUERIES)
                    consumer.poll(Duration.ofMillis(100)).forEach(each -> found.add(each.value()));
            }
        }
        return found;
    }
}
