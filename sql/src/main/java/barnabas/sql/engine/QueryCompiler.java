package barnabas.sql.engine;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.definitions.Definition;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.grammar.StatementParser;
import barnabas.sql.plan.Plan;
import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.statements.Statements;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.Statement;
import java.util.LinkedHashMap;
import java.util.List;

/// Plans of queries out of their definitions, over sources as they were when the query was made.
final class QueryCompiler {
    private final FunctionRegistry functions;

    QueryCompiler(FunctionRegistry functions) {
        this.functions = functions;
    }

    /// @throws barnabas.sql.syntax.SqlProblem when the statement is none of this version
    PersistentQuery compiled(Definition.Query definition) {
        var session = new Statements(functions, definition.properties());
        for (DataSource each : definition.reads()) session.catalog().put(each);
        Statement statement = StatementParser.parse(
                definition.statement(),
                new Position(1, 1),
                name -> definition.types().get(name));
        if (statement instanceof Statement.InsertSelect) session.catalog().put(definition.target());
        session.execute(withoutSchemaIds(statement));
        PersistentQuery made = session.queries().iterator().next();
        var sink = new Plan.Sink(made.sink().input(), made.sink().values(), definition.target());
        return new PersistentQuery(definition.name(), made.reads(), sink);
    }

    /// The statement without the ids of schemas, with which it was compared when it was made: the target has them.
    private static Statement withoutSchemaIds(Statement statement) {
        if (!(statement instanceof Statement.CreateAs create)) return statement;
        var properties = new LinkedHashMap<>(create.properties());
        properties.keySet().removeAll(List.of("KEY_SCHEMA_ID", "VALUE_SCHEMA_ID"));
        return new Statement.CreateAs(create.at(), create.creation(), create.name(), properties, create.query());
    }
}
