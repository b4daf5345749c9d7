package barnabas.sql.statements;

import barnabas.sql.catalog.Catalog;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.expressions.Conversions;
import barnabas.sql.expressions.ExpressionCompiler;
import barnabas.sql.expressions.Scope;
import barnabas.sql.expressions.Typed;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Row;
import barnabas.sql.rows.Schema;
import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.types.Coercion;
import barnabas.sql.types.Literals;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.TypeProblem;
import barnabas.sql.types.ValueProblem;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// INSERT VALUES.
final class ValueInsertion {
    private ValueInsertion() {}

    static Insertion insertion(Statement.InsertValues statement, Catalog catalog, FunctionRegistry functions) {
        DataSource target = catalog.find(statement.target())
                .orElseThrow(() -> new SqlProblem(
                        statement.at(),
                        "There is no stream or table to insert values into: " + Names.text(statement.target()) + ". "
                                + catalog.unknown(statement.target())));
        if (target.readOnly())
            throw new SqlProblem(
                    statement.at(),
                    "Cannot insert values into read-only " + (target.isTable() ? "table: " : "stream: ")
                            + target.name());
        if (target.encoding().window() != null)
            throw new SqlProblem(statement.at(), "Cannot insert values into windowed stream/table!");
        for (String name : statement.columns())
            if (target.schema().find(name).map(Column::role).orElse(null) == Column.Role.HEADER)
                throw new SqlProblem(statement.at(), "Cannot insert into HEADER columns: " + name);
        Insertion insertion = insertion(statement, target, functions, statement.columns());
        Row key = insertion.key();
        if (target.isTable() && (key == null || key.hasNull()))
            throw new SqlProblem(
                    statement.at(),
                    "Failed to insert values into '" + target.name() + "'. Value for primary key column(s) "
                            + String.join(
                                    ", ",
                                    target.schema().keys().stream()
                                            .map(Column::name)
                                            .toList())
                            + " is required for tables");
        return insertion;
    }

    /// The record of an assertion. Columns that it does not name are null.
    static Insertion expected(Statement.AssertValues check, DataSource source, FunctionRegistry functions) {
        var values = new Statement.InsertValues(check.at(), check.source(), check.columns(), check.values());
        return insertion(values, source, functions, check.columns());
    }

    private static Insertion insertion(
            Statement.InsertValues statement, DataSource target, FunctionRegistry functions, List<String> named) {
        List<String> columns = new ArrayList<>(named);
        Schema schema = target.schema();
        if (columns.isEmpty())
            for (Column each : schema.columns()) if (each.role() != Column.Role.HEADER) columns.add(each.name());
        if (!named.isEmpty() && columns.size() != statement.values().size())
            throw new SqlProblem(
                    statement.at(),
                    "Expected number columns and values to match: " + columns + ", " + statement.values());
        if (columns.size() != statement.values().size())
            throw new SqlProblem(
                    statement.at(),
                    "Expected a value for each column. Expected Columns: " + columns + ". Got " + statement.values());
        var compiler = new ExpressionCompiler(functions, new Scope(List.of()), "VALUES");
        Map<String, @Nullable Object> values = new HashMap<>();
        Long timestamp = null;
        for (int i = 0; i < columns.size(); i++) {
            String name = columns.get(i);
            Typed typed = compiler.compile(statement.values().get(i));
            if (name.equals(Column.ROWTIME)) {
                timestamp = (Long)
                        value(typed, name, SqlType.BIGINT, statement.values().get(i));
                continue;
            }
            if (Column.isPseudo(name) || Column.isBound(name))
                throw new SqlProblem(statement.at(), "Inserting into column " + Names.text(name) + " is not allowed.");
            Column column = schema.find(name)
                    .orElseThrow(() -> new SqlProblem(
                            statement.at(),
                            "Column name " + Names.text(name) + " does not exist."
                                    + Names.hint(
                                            name,
                                            schema.columns().stream()
                                                    .map(Column::name)
                                                    .toList())));
            if (values.containsKey(name)) throw new SqlProblem(statement.at(), "Duplicate column: " + name);
            values.put(
                    name, value(typed, name, column.type(), statement.values().get(i)));
        }
        return new Insertion(target, row(schema.keys(), values), row(schema.values(), values), timestamp);
    }

    private static @Nullable Object value(Typed typed, String column, SqlType wanted, Expression expression) {
        try {
            // A text stands for its bytes in base64, as in records of JSON.
            if (wanted == SqlType.BYTES && typed.literal() && typed.value() instanceof String text)
                return ByteBuffer.wrap(Base64.getDecoder().decode(text)).asReadOnlyBuffer();
            if (!coerces(typed, wanted)) throw new TypeProblem("no conversion");
            return Conversions.to(typed, wanted).evaluation().of(new @Nullable Object[0]);
        } catch (TypeProblem | ValueProblem | IllegalArgumentException e) {
            throw new SqlProblem(
                    expression.at() + ": Expected type " + wanted + " for field " + Names.text(column) + " but got "
                            + typed.type() + "(" + expression + ")",
                    e);
        }
    }

    private static boolean coerces(Typed typed, SqlType wanted) {
        if (Coercion.allowed(typed.type(), wanted)) return true;
        Object value = typed.value();
        return typed.literal()
                && value != null
                && Literals.coerce(typed.type(), value, wanted).isPresent();
    }

    private static @Nullable Row row(List<Column> columns, Map<String, @Nullable Object> values) {
        if (columns.isEmpty()) return null;
        var row = new @Nullable Object[columns.size()];
        for (int i = 0; i < row.length; i++) row[i] = values.get(columns.get(i).name());
        return new Row(row);
    }
}
