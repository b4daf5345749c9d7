package barnabas.sql.functions;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Functions by name, and the rules of expressions that call them. Names have no case. Immutable, safe for use by many
/// threads.
public final class FunctionRegistry {
    private final SortedMap<String, SqlFunction> functions;
    private final Rules rules;

    private FunctionRegistry(SortedMap<String, SqlFunction> functions, Rules rules) {
        this.functions = functions;
        this.rules = rules;
    }

    public FunctionRegistry(Collection<? extends SqlFunction> functions) {
        this(new TreeMap<>(), Rules.STANDARD);
        for (SqlFunction function : functions) {
            String name = function.name().toUpperCase(Locale.ROOT);
            if (this.functions.put(name, function) != null)
                throw new IllegalArgumentException("two functions are named " + name);
        }
    }

    /// The same functions with the rules of a session's properties.
    public FunctionRegistry with(Map<String, String> properties) {
        Rules other = Rules.of(properties);
        return other.equals(rules) ? this : new FunctionRegistry(functions, other);
    }

    public Rules rules() {
        return rules;
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
