package barnabas.sql.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.definitions.Definition;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.functions.catalog.StandardFunctions;
import barnabas.sql.statements.Statements;
import barnabas.sql.syntax.SqlProblem;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Plans of saved definitions.
final class QueryCompilerTest {
    private static final FunctionRegistry FUNCTIONS =
            StandardFunctions.registry(() -> 0, new Random(1), StandardFunctions.Limits.DEFAULT);

    private static Definition.Query definition(String with) {
        var session = new Statements(FUNCTIONS, Map.of());
        session.execute("CREATE STREAM S (A INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');");
        session.execute("CREATE STREAM R WITH (KAFKA_TOPIC='r', VALUE_FORMAT='JSON') AS SELECT A + 1 AS B FROM S;");
        List<DataSource> sources = List.copyOf(session.catalog().sources());
        DataSource target = sources.stream()
                .filter(each -> each.name().equals("R"))
                .findFirst()
                .orElseThrow();
        return new Definition.Query(
                "CSAS_R_1",
                1,
                1,
                "CREATE STREAM R WITH (" + with + ") AS SELECT A + 1 AS B FROM S",
                Map.of(),
                Map.of(),
                sources.stream().filter(each -> each.name().equals("S")).toList(),
                target,
                false,
                true);
    }

    /// Earlier versions took these: after an upgrade the query was left out.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "KAFKA_TOPIC=r, VALUE_FORMAT=JSON",
                "KAFKA_TOPIC=`r`, VALUE_FORMAT=json",
                "KAFKA_TOPIC='r', REPLICAS=0",
                "KAFKA_TOPIC='r', REPLICAS=-'1', RETENTION_MS=-2, PARTITIONS=1"
            })
    void valuesOfEarlierVersionsAreTakenAgain(String with) {
        Definition.Query definition = definition(with);
        assertThat(new QueryCompiler(FUNCTIONS).compiled(definition).target()).isEqualTo(definition.target());
        var session = new Statements(FUNCTIONS, Map.of());
        definition.reads().forEach(session.catalog()::put);
        assertThatThrownBy(() -> session.execute(definition.statement() + ";")).isInstanceOf(SqlProblem.class);
    }

    /// A thousand years is the longest duration of a new statement.
    @Test
    void durationsOfAnyLengthAreTakenAgain() {
        var session = new Statements(FUNCTIONS, Map.of());
        session.execute("CREATE STREAM S (A INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');");
        String create = "CREATE TABLE R AS SELECT A, COUNT(*) AS N FROM S"
                + " WINDOW TUMBLING (SIZE 1 HOUR, GRACE PERIOD %d DAYS) GROUP BY A";
        List<DataSource> reads = List.copyOf(session.catalog().sources());
        session.execute(create.formatted(400) + ";");
        assertThatThrownBy(() -> session.execute(create.formatted(400_000) + ";"))
                .isInstanceOf(SqlProblem.class)
                .hasMessageContaining("too large");
        DataSource target = session.queries().iterator().next().target();
        var definition = new Definition.Query(
                "CTAS_R_1", 1, 1, create.formatted(400_000), Map.of(), Map.of(), reads, target, false, true);
        assertThat(new QueryCompiler(FUNCTIONS).compiled(definition).target()).isEqualTo(target);
    }

    /// Earlier versions took 1,000 operators in a row; a new statement may have 200.
    @ParameterizedTest
    @ValueSource(strings = {"A = 1 OR ", "A = 1 AND ", "'a' || 'b' = 'c' OR ", "A NOT BETWEEN 1 AND 2 OR ", "TRUE = "})
    void chainsOfEarlierVersionsAreTakenAgain(String link) {
        var session = new Statements(FUNCTIONS, Map.of());
        session.execute("CREATE STREAM S (A INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');");
        List<DataSource> reads = List.copyOf(session.catalog().sources());
        session.execute("CREATE STREAM R AS SELECT A FROM S;");
        DataSource target = session.queries().iterator().next().target();
        int operators =
                (int) link.chars().filter(each -> "=|+".indexOf(each) >= 0).count() + 1;
        String create = "CREATE STREAM R AS SELECT A FROM S WHERE " + link.repeat(900 / operators) + "TRUE";
        assertThatThrownBy(() -> session.execute(create.replace(" R ", " N ") + ";"))
                .isInstanceOf(SqlProblem.class)
                .hasMessageContaining("in a row");
        var definition = new Definition.Query("CSAS_R_1", 1, 1, create, Map.of(), Map.of(), reads, target, false, true);
        assertThat(new QueryCompiler(FUNCTIONS).compiled(definition).target()).isEqualTo(target);
    }

    @Test
    void valuesInBracketsAreRefused() {
        assertThatThrownBy(() -> new QueryCompiler(FUNCTIONS).compiled(definition("KAFKA_TOPIC=(r)")))
                .isInstanceOf(SqlProblem.class);
    }
}
