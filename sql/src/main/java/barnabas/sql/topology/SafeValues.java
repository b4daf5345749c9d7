package barnabas.sql.topology;

import barnabas.sql.expressions.Typed;
import barnabas.sql.functions.Budget;
import barnabas.sql.rows.Row;
import barnabas.sql.types.StuckProblem;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Values of expressions over rows. One that cannot be computed is null and goes to the log.
final class SafeValues {
    private static final Logger LOG = LoggerFactory.getLogger(SafeValues.class);

    private SafeValues() {}

    static @Nullable Object of(Typed typed, Row row, ValueProblems problems) {
        try {
            return typed.evaluation().of(row.values());
        } catch (StuckProblem e) {
            throw e;
        } catch (RuntimeException e) {
            LOG.debug("An expression cannot be computed", e);
            problems.cannotCompute(e);
            return null;
        }
    }

    static Row all(List<Typed> expressions, Row row, ValueProblems problems) {
        var values = new @Nullable Object[expressions.size()];
        Budget budget = Budget.enter();
        try {
            for (int i = 0; i < values.length; i++) values[i] = of(expressions.get(i), row, problems);
        } finally {
            budget.leave();
        }
        return new Row(values);
    }

    static boolean holds(Typed condition, @Nullable Row row, ValueProblems problems) {
        return row != null && Boolean.TRUE.equals(of(condition, row, problems));
    }
}
