package barnabas.sql.functions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/// Functions by name. Names have no case. Immutable, safe for use by many threads.
public final class FunctionRegistry {
    private final TreeMap<String, SqlFunction> functions = new TreeMap<>();

    public FunctionRegistry(Collection<? extends SqlFunction> functions) {
        for (SqlFunction function : functions) {
            String name = function.name().toUpperCase(Locale.ROOT);
            if (this.functions.put(name, function) != null)
                throw new IllegalArgumentException("two functions are named " + name);
        }
    }

    /// The function `name`, of any kind: switch over [SqlFunction] to learn which.
    public Optional<SqlFunction> find(String name) {
        return Optional.ofNullable(functions.get(name.toUpperCase(Locale.ROOT)));
    }

    /// All functions, in the order of their names.
    public List<SqlFunction> all() {
        return new ArrayList<>(functions.values());
    }
}
