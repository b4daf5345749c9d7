package barnabas.sql.engine;

import barnabas.sql.catalog.Catalog;
import barnabas.sql.definitions.Definition;
import barnabas.sql.definitions.DefinitionForm;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.registry.RegistryFormats;
import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.statements.Statements;
import barnabas.sql.statements.TopicTypes;
import barnabas.sql.types.SqlType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Content of the definitions topic at one moment. Immutable.
///
/// @param sequence number of the last statement
public record EngineState(
        Map<String, Definition.Source> sources,
        Map<String, Known> queries,
        Map<String, Definition.Type> types,
        long sequence) {
    static final EngineState EMPTY = new EngineState(Map.of(), Map.of(), Map.of(), 0);

    /// A query's definition with its plan.
    public record Known(Definition.Query definition, PersistentQuery query) {}

    EngineState with(
            DefinitionForm.Key key,
            Optional<Definition> definition,
            Function<Definition.Query, PersistentQuery> compiler) {
        var sources0 = new LinkedHashMap<>(sources);
        var queries0 = new LinkedHashMap<>(queries);
        var types0 = new LinkedHashMap<>(types);
        long last = sequence;
        if (definition.isEmpty()) {
            switch (key.kind()) {
                case SOURCE -> sources0.remove(key.name());
                case QUERY -> queries0.remove(key.name());
                case TYPE -> types0.remove(key.name());
                case SEQUENCE -> {}
            }
        } else {
            switch (definition.get()) {
                case Definition.Source source -> sources0.put(key.name(), source);
                case Definition.Query query -> queries0.put(key.name(), new Known(query, compiler.apply(query)));
                case Definition.Type type -> types0.put(key.name(), type);
                case Definition.Sequence sequence0 -> last = Math.max(last, sequence0.sequence());
            }
        }
        return new EngineState(sources0, queries0, types0, last);
    }

    /// Refusal of formats that need a registry.
    private static final class WithoutRegistry implements TopicTypes {
        @Override
        public Optional<SqlType> type(String topic, Side side) {
            throw SinkTopics.withoutRegistry(side.format());
        }

        @Override
        public Optional<SqlType> withId(int id, Side side) {
            throw SinkTopics.withoutRegistry(side.format());
        }
    }

    /// A session over all that is there; what it changes is seen by nothing else.
    ///
    /// @param formats types of topics with schemas; null without a registry
    public Statements session(
            FunctionRegistry functions, Map<String, String> properties, @Nullable RegistryFormats formats) {
        var session = new Statements(functions, properties, formats == null ? new WithoutRegistry() : formats);
        fill(session.catalog());
        for (Known each : queries.values()) session.restore(each.query());
        session.number(Math.toIntExact(sequence + 1));
        return session;
    }

    /// All sources and types.
    public Catalog catalog() {
        var catalog = new Catalog();
        fill(catalog);
        return catalog;
    }

    private void fill(Catalog catalog) {
        for (Definition.Source each : sources.values()) catalog.put(each.source());
        for (Definition.Type each : types.values()) catalog.addType(each.name(), each.type());
    }

    public @Nullable SqlType type(String name) {
        Definition.Type found = types.get(name);
        return found == null ? null : found.type();
    }
}
