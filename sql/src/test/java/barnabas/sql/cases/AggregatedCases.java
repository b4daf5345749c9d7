package barnabas.sql.cases;

import barnabas.sql.catalog.Codecs;
import barnabas.sql.expressions.Typed;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.plan.Plan;
import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.statements.Statements;
import barnabas.sql.topology.DrivenQuery;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.record.TimestampType;

/// Cases of the case files that are one query over topics that their inputs fill.
public final class AggregatedCases {
    private static final Path FOLDER = Path.of("src/test/resources");

    /// A query with the records of its topics, in their order.
    public record One(
            String name,
            Plan plan,
            List<Typed> values,
            Set<String> topics,
            List<ProducerRecord<byte[], byte[]>> inputs) {
        /// Number of rows that a push query gives.
        public int rows(Path directory) {
            int rows = 0;
            try (var query = new DrivenQuery(plan, values, Codecs.PLAIN, "driven", directory)) {
                for (ProducerRecord<byte[], byte[]> each : inputs)
                    for (DrivenQuery.Change change : query.read(read(each))) if (change.row() != null) rows++;
            }
            return rows;
        }

        private static ConsumerRecord<byte[], byte[]> read(ProducerRecord<byte[], byte[]> record) {
            return new ConsumerRecord<>(
                    record.topic(),
                    0,
                    0,
                    record.timestamp(),
                    TimestampType.CREATE_TIME,
                    0,
                    0,
                    record.key(),
                    record.value(),
                    record.headers(),
                    Optional.empty());
        }
    }

    private AggregatedCases() {}

    /// All cases whose query aggregates.
    public static List<One> all(FunctionRegistry functions) throws IOException {
        var found = new ArrayList<One>();
        for (String folder : List.of("barnabas/sql/cases", "cases/functions")) {
            try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
                for (Path each : files.filter(file -> file.toString().endsWith(".json"))
                        .sorted()
                        .toList())
                    for (JsonNode node : SqlCase.nodes(TopicBytes.MAPPER.readTree(Files.readAllBytes(each))))
                        for (SqlCase sqlCase : SqlCase.of(node))
                            one(sqlCase, functions, each).ifPresent(found::add);
            }
        }
        return found;
    }

    private static Optional<One> one(SqlCase sqlCase, FunctionRegistry functions, Path file) {
        if (sqlCase.failure() != null
                || !sqlCase.enabled()
                || !sqlCase.properties().isEmpty()) return Optional.empty();
        var statements = new Statements(functions, Map.of(), sqlCase);
        statements.partitions(sqlCase.partitions());
        statements.surroundings(
                new CaseSurroundings(sqlCase, statements, file.toAbsolutePath().getParent()));
        for (String each : sqlCase.statements()) statements.execute(each);
        if (statements.running().size() != 1 || !statements.insertions().isEmpty()) return Optional.empty();
        PersistentQuery query = statements.running().iterator().next();
        Plan plan = query.sink().input();
        if (!aggregates(plan)) return Optional.empty();
        var topics = new LinkedHashSet<String>();
        collect(plan, topics);
        var inputs = new ArrayList<ProducerRecord<byte[], byte[]>>();
        for (CaseRecord each : sqlCase.inputs()) {
            if (!topics.contains(each.topic())) continue;
            TopicRecord record = TopicBytes.record(
                    each,
                    statements.catalog().sources().stream()
                            .filter(source -> source.topic().equals(each.topic()))
                            .findFirst()
                            .orElseThrow());
            if (record.timestamp() < 0) return Optional.empty();
            inputs.add(new ProducerRecord<>(
                    each.topic(), 0, record.timestamp(), record.key(), record.value(), record.headers()));
        }
        return Optional.of(new One(sqlCase.name(), plan, query.sink().values(), topics, inputs));
    }

    private static boolean aggregates(Plan plan) {
        return plan instanceof Plan.Aggregate || plan.inputs().stream().anyMatch(AggregatedCases::aggregates);
    }

    private static void collect(Plan plan, Set<String> topics) {
        if (plan instanceof Plan.Source source) topics.add(source.source().topic());
        for (Plan each : plan.inputs()) collect(each, topics);
    }
}
