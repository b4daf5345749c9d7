package barnabas.sql.reading;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.base.Clock;
import barnabas.broker.Barnabas;
import barnabas.sql.cases.AggregatedCases;
import barnabas.sql.catalog.Codecs;
import barnabas.sql.engine.ClusterTopics;
import barnabas.sql.engine.EngineConfig;
import barnabas.sql.engine.TransientQuery;
import barnabas.sql.functions.catalog.StandardFunctions;
import barnabas.sql.rows.Row;
import barnabas.sql.server.SqlNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Push queries that aggregate, as the case files have them: followed records give the rows that an application of
/// Kafka
/// Streams gives.
@Timeout(300)
class FollowedCasesTest {
    /// An application is started for one of so many cases: each takes a third of a second.
    private static final int APPLICATION_OF = 6;

    private static final Map<String, String> EARLIEST = Map.of("auto.offset.reset", "earliest");

    @TempDir
    static Path data;

    private static final class Rows implements RowSink {
        private final List<String> rows = new ArrayList<>();

        @Override
        public void row(Row row) {
            rows.add(Arrays.deepToString(row.values()));
        }

        @Override
        public boolean idle() {
            return true;
        }
    }

    private static void fill(Admin admin, AggregatedCases.One one, String brokers) throws Exception {
        for (String each : one.topics())
            admin.createTopics(List.of(new NewTopic(each, Optional.of(1), Optional.empty())))
                    .all()
                    .get();
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", brokers), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (ProducerRecord<byte[], byte[]> each : one.inputs())
                producer.send(each).get();
        }
    }

    private static List<String> rows(ReadQuery query) throws Exception {
        var rows = new Rows();
        assertThat(query.run(rows)).isEqualTo(ReadQuery.End.LIMIT);
        return rows.rows;
    }

    @Test
    void rowsAreThoseOfApplications() throws Exception {
        var functions = StandardFunctions.registry(() -> 0, new Random(1), StandardFunctions.Limits.DEFAULT);
        List<AggregatedCases.One> all = AggregatedCases.all(functions).stream()
                .filter(each -> FollowedQuery.takes(each.plan()))
                .toList();
        assertThat(all).hasSizeGreaterThan(100);
        int compared = 0;
        try (Barnabas broker = SqlNode.start(data.resolve("node"));
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()));
                ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
            Map<String, Object> client = Map.of("bootstrap.servers", broker.bootstrapServers());
            var config = new EngineConfig("cases_", "", client, Map.of(), data.resolve("state"), false);
            var place = new TransientQuery.Place(config, new ClusterTopics(admin), background, Codecs.PLAIN);
            for (int i = 0; i < all.size(); i++) {
                AggregatedCases.One one = all.get(i);
                int count = one.rows(data.resolve("driven"));
                if (count == 0) continue;
                fill(admin, one, broker.bootstrapServers());
                var asked = new ReadQuery.Asked("q" + i, one.name(), List.of(), count);
                var work = new ComputedQuery.Work(one.plan(), one.values(), Codecs.PLAIN, data.resolve("f"), 1 << 20);
                List<String> followed = rows(
                        new FollowedQuery(asked, work, new MergedTopics(client, one.topics(), MergedTopics.Part.ALL)));
                assertThat(followed).as(one.name()).hasSize(count);
                if (i % APPLICATION_OF == 0) {
                    List<String> streams = rows(new StreamsQuery(
                            asked,
                            Clock.SYSTEM,
                            rows -> TransientQuery.start(
                                    place, asked.id(), asked.statement(), one.plan(), one.values(), EARLIEST, rows)));
                    assertThat(followed).as(one.name()).isEqualTo(streams);
                    compared++;
                }
                admin.deleteTopics(one.topics()).all().get();
            }
        }
        assertThat(compared).isGreaterThan(10);
    }
}
