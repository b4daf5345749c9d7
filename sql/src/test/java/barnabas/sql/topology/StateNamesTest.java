package barnabas.sql.topology;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.sql.catalog.Codecs;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.functions.catalog.StandardFunctions;
import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.statements.Statements;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.TopologyDescription;
import org.junit.jupiter.api.Test;

/// Names of stores and internal topics, under which a query finds its state again: another name is a lost state.
class StateNamesTest {
    private static final FunctionRegistry FUNCTIONS =
            StandardFunctions.registry(() -> 0, new Random(1), StandardFunctions.Limits.DEFAULT);

    private static Set<String> names(String query, boolean named) {
        var statements = new Statements(FUNCTIONS, Map.of());
        statements.execute(
                "CREATE STREAM s (k STRING KEY, g STRING, v INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');"
                        + "CREATE TABLE u (k STRING PRIMARY KEY, g STRING) WITH (KAFKA_TOPIC='u', VALUE_FORMAT='JSON');"
                        + query);
        PersistentQuery made = statements.queries().iterator().next();
        Set<String> names = new TreeSet<>();
        for (TopologyDescription.Subtopology each : QueryTopology.of(
                        made.sink(), Codecs.PLAIN, named, Map.of(), ValueProblems.NONE)
                .describe()
                .subtopologies())
            for (TopologyDescription.Node node : each.nodes()) {
                if (node instanceof TopologyDescription.Source source) names.addAll(source.topicSet());
                if (node instanceof TopologyDescription.Processor processor) names.addAll(processor.stores());
            }
        return names;
    }

    @Test
    void namesOfAggregationsStayWithAFilterMore() {
        assertThat(names("CREATE TABLE t AS SELECT g, COUNT(*) FROM s GROUP BY g;", true))
                .isEqualTo(names("CREATE TABLE t AS SELECT g, COUNT(*) FROM s WHERE v > 1 GROUP BY g;", true))
                .containsExactly("aggregate-0", "aggregate-0-repartition", "s");
    }

    @Test
    void namesOfOlderDefinitionsStay() {
        assertThat(names("CREATE TABLE t AS SELECT g, COUNT(*) FROM s GROUP BY g;", false))
                .containsExactly(
                        "KSTREAM-AGGREGATE-STATE-STORE-0000000004",
                        "KSTREAM-AGGREGATE-STATE-STORE-0000000004-repartition",
                        "s");
        assertThat(names("CREATE TABLE t AS SELECT g, COUNT(*) FROM s WHERE v > 1 GROUP BY g;", false))
                .containsExactly(
                        "KSTREAM-AGGREGATE-STATE-STORE-0000000005",
                        "KSTREAM-AGGREGATE-STATE-STORE-0000000005-repartition",
                        "s");
        assertThat(names(
                        "CREATE TABLE t AS SELECT k, COUNT(*) FROM s WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY k;", false))
                .isEqualTo(names(
                        "CREATE TABLE t AS SELECT k, COUNT(*) FROM s WINDOW TUMBLING (SIZE 1 HOUR) GROUP BY k;", true))
                .containsExactly("KSTREAM-AGGREGATE-STATE-STORE-0000000003", "s");
        assertThat(names("CREATE TABLE t AS SELECT * FROM u WHERE g = 'x';", false))
                .isEqualTo(names("CREATE TABLE t AS SELECT * FROM u WHERE g = 'x';", true))
                .containsExactly("table-0", "u");
        assertThat(names("CREATE TABLE t AS SELECT g, COUNT(*) FROM u GROUP BY g;", false))
                .isEqualTo(names("CREATE TABLE t AS SELECT g, COUNT(*) FROM u GROUP BY g;", true))
                .containsExactly(
                        "KTABLE-AGGREGATE-STATE-STORE-0000000005",
                        "KTABLE-AGGREGATE-STATE-STORE-0000000005-repartition",
                        "table-0",
                        "u");
    }
}
