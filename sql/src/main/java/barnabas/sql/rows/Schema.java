package barnabas.sql.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Columns of a stream or table, keys first.
public record Schema(List<Column> columns) {
    public Schema {
        var ordered = new ArrayList<Column>();
        for (Column each : columns) if (each.role() == Column.Role.KEY) ordered.add(each);
        for (Column each : columns) if (each.role() != Column.Role.KEY) ordered.add(each);
        columns = List.copyOf(ordered);
    }

    private List<Column> of(Column.Role role) {
        return columns.stream().filter(each -> each.role() == role).toList();
    }

    public List<Column> keys() {
        return of(Column.Role.KEY);
    }

    public List<Column> values() {
        return of(Column.Role.VALUE);
    }

    public List<Column> headers() {
        return of(Column.Role.HEADER);
    }

    public Optional<Column> find(String name) {
        return columns.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    @Override
    public String toString() {
        return columns.stream().map(Column::toString).collect(Collectors.joining(", "));
    }
}
