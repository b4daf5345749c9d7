package barnabas.sql.engine;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.definitions.Definition;
import barnabas.sql.definitions.DefinitionForm;
import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.statements.Statements;
import barnabas.sql.syntax.Statement;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Definitions that a statement changes: the difference between a session before and after it.
///
/// @param ended ids of queries that are no more
/// @param made the query that is new or replaced; null without
record Changes(
        List<Definition> definitions,
        List<String> gone,
        List<String> ended,
        @Nullable PersistentQuery made) {

    boolean isEmpty() {
        return definitions.isEmpty() && gone.isEmpty();
    }

    /// @param text the statement's, with variables put in
    static Changes between(
            EngineState before, Statements after, Statement statement, String text, Map<String, String> properties) {
        long number = before.sequence() + 1;
        var definitions = new ArrayList<Definition>();
        var gone = new ArrayList<String>();
        var ended = new ArrayList<String>();
        PersistentQuery made = null;
        var left = new LinkedHashSet<>(before.queries().keySet());
        for (PersistentQuery each : after.queries()) {
            if (left.remove(each.id())) continue;
            made = each;
        }
        String id = made == null ? null : made.id();
        if (made != null && replaces(statement)) {
            // A query that is replaced keeps its id, so that it goes on where the old one ended.
            String target = made.target().name();
            for (String old : List.copyOf(left)) {
                EngineState.Known known = before.queries().get(old);
                if (known == null || !known.query().target().name().equals(target)) continue;
                id = old;
                left.remove(old);
                break;
            }
        }
        for (String each : left) {
            gone.add(DefinitionForm.Kind.QUERY.key(each));
            ended.add(each);
        }
        if (made != null && id != null) {
            made = new PersistentQuery(id, made.reads(), made.sink());
            definitions.add(query(before, after, made, number, text, properties));
        }
        sources(before, after, id, number, text, definitions, gone);
        types(before, after, statement, number, definitions, gone);
        if (!definitions.isEmpty() || !gone.isEmpty()) definitions.add(new Definition.Sequence(number));
        return new Changes(definitions, gone, ended, made);
    }

    private static boolean replaces(Statement statement) {
        return statement instanceof Statement.CreateAs create
                && create.creation().orReplace();
    }

    private static Definition.Query query(
            EngineState before,
            Statements after,
            PersistentQuery made,
            long number,
            String text,
            Map<String, String> properties) {
        var reads = new ArrayList<DataSource>();
        for (String each : made.reads()) after.catalog().find(each).ifPresent(reads::add);
        Map<String, SqlType> types = new LinkedHashMap<>();
        before.types().forEach((name, type) -> types.put(name, type.type()));
        EngineState.Known old = before.queries().get(made.id());
        int version = old == null ? 1 : old.definition().version() + 1;
        boolean named = old == null || old.definition().named();
        return new Definition.Query(
                made.id(), version, number, text, properties, types, reads, made.target(), false, named);
    }

    private static void sources(
            EngineState before,
            Statements after,
            @Nullable String query,
            long number,
            String text,
            List<Definition> definitions,
            List<String> gone) {
        for (DataSource each : after.catalog().sources()) {
            Definition.Source old = before.sources().get(each.name());
            if (old != null && old.source().equals(each) && (query == null || !query.equals(old.query()))) continue;
            int version = old == null ? 1 : old.version() + 1;
            definitions.add(new Definition.Source(each, version, number, text, query));
        }
        for (String each : before.sources().keySet())
            if (after.catalog().find(each).isEmpty()) gone.add(DefinitionForm.Kind.SOURCE.key(each));
    }

    private static void types(
            EngineState before,
            Statements after,
            Statement statement,
            long number,
            List<Definition> definitions,
            List<String> gone) {
        if (statement instanceof Statement.CreateType create) {
            SqlType type = after.catalog().type(create.name());
            if (type != null && before.type(create.name()) == null)
                definitions.add(new Definition.Type(create.name(), 1, number, type));
        } else if (statement instanceof Statement.DropType drop && before.type(drop.name()) != null) {
            gone.add(DefinitionForm.Kind.TYPE.key(drop.name()));
        }
    }
}
