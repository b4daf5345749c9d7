package barnabas.sql.engine;

import barnabas.base.LargeStack;
import barnabas.sql.catalog.DataSource;
import barnabas.sql.definitions.Definition;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.grammar.StatementParser;
import barnabas.sql.plan.Plan;
import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.statements.Statements;
import barnabas.sql.syntax.Statement;
import java.util.LinkedHashMap;
import java.util.Set;

/// Plans of queries out of their definitions, over sources as they were when the query was made.
final class QueryCompiler {
    private static final Set<String> DONE =
            Set.of("KEY_SCHEMA_ID", "VALUE_SCHEMA_ID", "PARTITIONS", "REPLICAS", "RETENTION_MS");

    private final FunctionRegistry functions;

    QueryCompiler(FunctionRegistry functions) {
        this.functions = functions;
    }

    /// @throws barnabas.sql.syntax.SqlProblem when the statement is none of this version
    PersistentQuery compiled(Definition.Query definition) {
        return LargeStack.get("sql-compiling", () -> compiledHere(definition));
    }

    private PersistentQuery compiledHere(Definition.Query definition) {
        var session = new Statements(functions, definition.properties());
        for (DataSource each : definition.reads()) session.catalog().put(each);
        Statement statement = StatementParser.stored(
                definition.statement(), name -> definition.types().get(name));
        if (statement instanceof Statement.InsertSelect) session.catalog().put(definition.target());
        session.execute(withoutDone(statement));
        PersistentQuery made = session.queries().iterator().next();
        var sink = new Plan.Sink(made.sink().input(), made.sink().values(), definition.target());
        return new PersistentQuery(definition.name(), made.reads(), sink);
    }

    /// The statement without what has had its effect when it was made, and is not checked again: the ids of schemas,
    /// which the target has, and the size of a topic that is there.
    private static Statement withoutDone(Statement statement) {
        if (!(statement instanceof Statement.CreateAs create)) return statement;
        var properties = new LinkedHashMap<>(create.properties());
        properties.keySet().removeAll(DONE);
        return new Statement.CreateAs(create.at(), create.creation(), create.name(), properties, create.query());
    }
}
