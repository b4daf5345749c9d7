package barnabas.sql.catalog;

import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Streams, tables and types by name. One thread at a time.
public final class Catalog {
    private final Map<String, DataSource> sources = new LinkedHashMap<>();
    private final Map<String, SqlType> types = new LinkedHashMap<>();

    public Optional<DataSource> find(String name) {
        return Optional.ofNullable(sources.get(name));
    }

    /// @throws SqlProblem when there is none
    public DataSource source(String name, Position at) {
        DataSource source = sources.get(name);
        if (source != null) return source;
        throw new SqlProblem(at, unknown(name));
    }

    /// Message for a name that no stream and no table has.
    public String unknown(String name) {
        return name + " does not exist." + Names.hint(name, new ArrayList<String>(sources.keySet()));
    }

    public Collection<DataSource> sources() {
        return sources.values();
    }

    public void put(DataSource source) {
        sources.put(source.name(), source);
    }

    public void remove(String name) {
        sources.remove(name);
    }

    public @Nullable SqlType type(String name) {
        return types.get(name);
    }

    /// @return false when there is a type of this name already
    public boolean addType(String name, SqlType type) {
        return types.putIfAbsent(name, type) == null;
    }

    /// @return false when there is no type of this name
    public boolean removeType(String name) {
        return types.remove(name) != null;
    }
}
