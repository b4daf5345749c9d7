package barnabas.sql.analysis;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.expressions.Scope;
import barnabas.sql.plan.Plan;
import barnabas.sql.plan.Shape;
import barnabas.sql.rows.Column;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Rows of a source: its columns, then the pseudo-columns.
public final class SourceShapes {
    private SourceShapes() {}

    public static Plan plan(DataSource source, String alias) {
        var entries = new ArrayList<Scope.Entry>();
        var visible = new ArrayList<Integer>();
        var keys = new ArrayList<Shape.Key>();
        for (Column each : source.schema().columns()) {
            int place = entries.size();
            visible.add(place);
            if (each.role() == Column.Role.KEY) keys.add(new Shape.Key(each.name(), each.type(), Set.of(place)));
            entries.add(new Scope.Entry(alias, each.name(), each.type()));
        }
        entries.add(new Scope.Entry(alias, Column.ROWTIME, SqlType.BIGINT));
        entries.add(new Scope.Entry(alias, Column.ROWPARTITION, SqlType.INTEGER));
        entries.add(new Scope.Entry(alias, Column.ROWOFFSET, SqlType.BIGINT));
        if (source.encoding().window() != null) {
            entries.add(new Scope.Entry(alias, Column.WINDOWSTART, SqlType.BIGINT));
            entries.add(new Scope.Entry(alias, Column.WINDOWEND, SqlType.BIGINT));
        }
        var formats = new Shape.Formats(
                source.encoding().keyFormat(),
                source.encoding().valueFormat(),
                source.encoding().options());
        var shape = new Shape(
                new Scope(entries),
                source.isTable(),
                List.copyOf(keys),
                visible,
                source.encoding().window(),
                formats);
        return new Plan.Source(shape, source);
    }
}
