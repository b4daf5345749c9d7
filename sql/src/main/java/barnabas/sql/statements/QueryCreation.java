package barnabas.sql.statements;

import barnabas.sql.analysis.KeyTypes;
import barnabas.sql.analysis.Projection.Output;
import barnabas.sql.analysis.QueryAnalysis;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.catalog.WindowInfo;
import barnabas.sql.expressions.Conversions;
import barnabas.sql.expressions.Typed;
import barnabas.sql.formats.Format;
import barnabas.sql.plan.Plan;
import barnabas.sql.plan.Shape;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Schema;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.syntax.Statement.Kind;
import barnabas.sql.types.Coercion;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Streams and tables out of queries.
final class QueryCreation {
    private QueryCreation() {}

    static Plan.Sink created(
            Statement.CreateAs statement, QueryAnalysis analysis, Map<String, String> session, TopicTypes types) {
        if (statement.query().limit() != null)
            throw new SqlProblem(statement.at(), "CREATE AS SELECT does not support LIMIT clause.");
        QueryAnalysis.Result result = analysis.analyse(statement.query(), statement.name());
        Shape shape = result.plan().shape();
        Kind kind = statement.creation().kind();
        if (shape.table() != (kind == Kind.TABLE)) {
            String is = shape.table() ? "TABLE" : "STREAM";
            throw new SqlProblem(
                    statement.at(),
                    "Invalid result type. Your SELECT query produces a " + is + ". Please use CREATE " + is
                            + " AS SELECT statement instead.");
        }
        var properties = new SourceProperties(statement.properties(), session);
        Schema schema = schema(result.outputs(), shape);
        for (Column each : schema.keys()) KeyTypes.check(each);
        DataSource target = new DataSource(
                kind,
                statement.name(),
                schema,
                properties.topic(statement.name()),
                encoding(properties, shape, schema),
                false);
        SourceCreation.checkFormats(target);
        DataSource.Encoding encoding = target.encoding();
        SchemaIds.check(statement.at(), properties, true, encoding.keyFormat(), schema, types);
        SchemaIds.check(statement.at(), properties, false, encoding.valueFormat(), schema, types);
        var values = new ArrayList<Typed>();
        for (Output each : result.outputs()) if (each.key() < 0) values.add(each.typed());
        return new Plan.Sink(result.plan(), values, target);
    }

    private static DataSource.Encoding encoding(SourceProperties properties, Shape shape, Schema schema) {
        Shape.Formats inherited = shape.formats();
        Format key = properties.keyFormat();
        if (key == null) key = inherited.key() == Format.NONE ? properties.keyFormatDefault() : inherited.key();
        if (key == Format.NONE && !schema.keys().isEmpty())
            throw new SqlProblem(
                    "Key format specified as 'NONE', but the query has key columns. The 'NONE' format can only be used when no columns are defined. Got: "
                            + schema.keys());
        Format value = properties.valueFormat();
        if (value == null) value = inherited.value();
        if (properties.has("WINDOW_TYPE") || properties.has("WINDOW_SIZE"))
            throw new SqlProblem(
                    "Invalid config variable(s) in the WITH clause: WINDOW_TYPE and WINDOW_SIZE come from the query");
        Format.Options options = properties.options(key, value, schema.values(), inherited.options());
        return new DataSource.Encoding(key, value, options, properties.timestamp(schema), shape.window());
    }

    /// Keys in the order of the query's key, values in the order of the projection.
    private static Schema schema(List<Output> outputs, Shape shape) {
        var columns = new ArrayList<Column>();
        for (int i = 0; i < shape.keys().size(); i++)
            for (Output each : outputs)
                if (each.key() == i)
                    columns.add(Column.key(each.name(), each.typed().type()));
        for (Output each : outputs)
            if (each.key() < 0)
                columns.add(Column.value(each.name(), each.typed().type()));
        return new Schema(columns);
    }

    static Plan.Sink inserted(Statement.InsertSelect statement, DataSource target, QueryAnalysis analysis) {
        if (target.isTable())
            throw new SqlProblem(
                    statement.at(),
                    "INSERT INTO can only be used to insert into a stream. " + target.name() + " is a table.");
        if (target.readOnly())
            throw new SqlProblem(statement.at(), "Cannot insert into read-only stream: " + target.name());
        QueryAnalysis.Result result = analysis.analyse(statement.query(), target.name());
        if (result.plan().shape().table())
            throw new SqlProblem(
                    statement.at(),
                    "Incompatible data sink type: INSERT INTO needs a SELECT that produces a STREAM, and this one produces a TABLE.");
        WindowInfo window = result.plan().shape().window();
        if (!WindowInfo.fit(window, target.encoding().window()))
            throw new SqlProblem(
                    statement.at(),
                    "Incompatible windows between results and sink. Results: " + WindowInfo.text(window) + ", sink: "
                            + WindowInfo.text(target.encoding().window()) + ".");
        Schema schema = schema(result.outputs(), result.plan().shape());
        var values = new ArrayList<Typed>();
        if (!fits(schema.keys(), target.schema().keys())
                || !fits(schema.values(), target.schema().values())) throw incompatible(schema, target.schema());
        int at = 0;
        for (Output each : result.outputs()) {
            if (each.key() >= 0) continue;
            values.add(Conversions.to(
                    each.typed(), target.schema().values().get(at++).type()));
        }
        return new Plan.Sink(result.plan(), values, target);
    }

    private static boolean fits(List<Column> results, List<Column> wanted) {
        if (results.size() != wanted.size()) return false;
        for (int i = 0; i < results.size(); i++) {
            boolean key = results.get(i).role() == Column.Role.KEY;
            if (!results.get(i).name().equals(wanted.get(i).name())) return false;
            boolean same = results.get(i).type().equals(wanted.get(i).type());
            if (!same
                    && (key
                            || !Coercion.allowed(
                                    results.get(i).type(), wanted.get(i).type()))) return false;
        }
        return true;
    }

    private static SqlProblem incompatible(Schema results, Schema sink) {
        return new SqlProblem("Incompatible schema between results and sink.\nResult schema is " + results
                + "\nSink schema is " + sink);
    }

    static String id(String prefix, @Nullable String name, int number) {
        return prefix + "_" + (name == null ? "" : name.toUpperCase(Locale.ROOT) + "_") + number;
    }
}
