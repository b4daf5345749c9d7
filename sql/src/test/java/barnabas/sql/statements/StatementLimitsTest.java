package barnabas.sql.statements;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.sql.functions.catalog.StandardFunctions;
import barnabas.sql.syntax.SqlProblem;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Statements that would take the stack or never end.
class StatementLimitsTest {
    private static final int LONG = 10_000;

    @Test
    void deepAndLongStatementsAreRefused() {
        var statements = new Statements(
                StandardFunctions.registry(() -> 0, new Random(1), StandardFunctions.Limits.DEFAULT), Map.of());
        statements.execute("CREATE STREAM S (ID BIGINT KEY, A INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');");
        for (String expression : List.of(
                "(".repeat(LONG) + "A" + ")".repeat(LONG),
                String.join(" + ", Collections.nCopies(LONG, "A")),
                String.join(" AND ", Collections.nCopies(LONG, "TRUE")),
                String.join(" || ", Collections.nCopies(LONG, "'a'")),
                "NOT ".repeat(LONG) + "TRUE",
                "- ".repeat(LONG) + "A",
                "A" + "->A".repeat(LONG),
                "A" + "[1]".repeat(LONG),
                "1." + "7".repeat(1_000),
                "CAST(A AS DECIMAL(900000000, 900000000))",
                "A" + (" * " + "7".repeat(300) + ".0").repeat(4),
                "COALESCE(CAST(A AS DECIMAL(1000, 0)), CAST(A AS DECIMAL(1000, 1000)))",
                "CASE WHEN TRUE THEN CAST(A AS DECIMAL(1000, 0)) ELSE CAST(A AS DECIMAL(1000, 1000)) END",
                "ARRAY[CAST(A AS DECIMAL(1000, 0)), CAST(A AS DECIMAL(1000, 1000))]",
                "CASE ".repeat(LONG),
                "ABS(".repeat(LONG),
                "CAST(A AS " + "ARRAY<".repeat(LONG) + "INT",
                "A" + " IS NULL".repeat(LONG),
                "(".repeat(50) + "A" + (" + 1".repeat(150) + ")").repeat(50),
                "(".repeat(50) + "TRUE" + (" AND TRUE".repeat(150) + ")").repeat(50),
                "ABS(".repeat(50) + "A" + (" + 1".repeat(150) + ")").repeat(50),
                "A" + " BETWEEN 1 AND 2".repeat(LONG))) {
            assertThatThrownBy(() -> statements.execute("SELECT " + expression + " FROM S;"))
                    .as(expression.substring(0, 12))
                    .isInstanceOf(SqlProblem.class);
        }
    }
}
