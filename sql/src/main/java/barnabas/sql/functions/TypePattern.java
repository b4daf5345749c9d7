package barnabas.sql.functions;

import barnabas.sql.types.Coercion;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A parameter's type in a signature, with variables in it: `ARRAY<T>`, `DECIMAL(P, S)`, `LAMBDA(K, V) BOOLEAN`.
sealed interface TypePattern {
    /// Cost of a match that is not possible.
    int NO_MATCH = -1;

    record Exact(SqlType type) implements TypePattern {
        @Override
        public String toString() {
            return type == SqlType.INTEGER ? "INT" : type.toString();
        }
    }

    record Variable(String name) implements TypePattern {
        @Override
        public String toString() {
            return name;
        }
    }

    /// A decimal of any precision and scale.
    record AnyDecimal() implements TypePattern {
        static final String NAME = "DECIMAL";

        @Override
        public String toString() {
            return NAME;
        }
    }

    record ArrayOf(TypePattern element) implements TypePattern {
        @Override
        public String toString() {
            return "ARRAY<" + element + ">";
        }
    }

    record MapOf(TypePattern key, TypePattern value) implements TypePattern {
        @Override
        public String toString() {
            return "MAP<" + key + ", " + value + ">";
        }
    }

    record StructOf(List<String> names, List<TypePattern> types) implements TypePattern {
        @Override
        public String toString() {
            List<String> fields = new ArrayList<>();
            for (int at = 0; at < names.size(); at++) fields.add(names.get(at) + " " + types.get(at));
            return "STRUCT<" + String.join(", ", fields) + ">";
        }
    }

    record LambdaOf(List<TypePattern> parameters, TypePattern result) implements TypePattern {
        @Override
        public String toString() {
            return parameters.stream().map(TypePattern::toString).collect(Collectors.joining(", ", "LAMBDA (", ") => "))
                    + result;
        }
    }

    /// Distance between this pattern and `type`, 0 for the very type; [#NO_MATCH] when values of `type` do not fit.
    /// Binds the variables in it, and widens those that are bound.
    default int match(SqlType type, Map<String, SqlType> bound) {
        return switch (this) {
            case Exact exact -> distance(type, exact.type());
            case Variable variable -> bind(variable.name(), type, bound);
            case AnyDecimal _ -> matchDecimal(type, bound);
            case ArrayOf array -> {
                if (type == SqlType.NULL) yield array.element().match(SqlType.NULL, bound);
                yield type instanceof SqlType.Array given ? array.element().match(given.element(), bound) : NO_MATCH;
            }
            case MapOf map -> matchMap(map, type, bound);
            case StructOf _, LambdaOf _ -> NO_MATCH;
        };
    }

    private static int matchMap(MapOf map, SqlType type, Map<String, SqlType> bound) {
        if (type != SqlType.NULL && !(type instanceof SqlType.Map)) return NO_MATCH;
        int key = map.key().match(type instanceof SqlType.Map given ? given.key() : SqlType.NULL, bound);
        int value = map.value().match(type instanceof SqlType.Map given ? given.value() : SqlType.NULL, bound);
        return key == NO_MATCH || value == NO_MATCH ? NO_MATCH : key + value;
    }

    private static int distance(SqlType from, SqlType to) {
        if (from.equals(to)) return 0;
        if (from == SqlType.NULL) return 1;
        if (!Coercion.allowed(from, to)) return NO_MATCH;
        return from.isNumber() && to.isNumber() ? 2 * (rank(to) - rank(from)) : 2;
    }

    private static int rank(SqlType number) {
        return number == SqlType.INTEGER ? 0 : number == SqlType.BIGINT ? 1 : number == SqlType.DOUBLE ? 3 : 2;
    }

    private static int bind(String name, SqlType type, Map<String, SqlType> bound) {
        SqlType before = bound.get(name);
        Optional<SqlType> both = before == null ? Optional.of(type) : Coercion.common(before, type);
        if (both.isEmpty()) return NO_MATCH;
        bound.put(name, both.get());
        return before == null || (both.get().equals(before) && type.equals(before)) ? 1 : 3;
    }

    private static int matchDecimal(SqlType type, Map<String, SqlType> bound) {
        if (type == SqlType.NULL) {
            bound.putIfAbsent(AnyDecimal.NAME, SqlType.decimal(1, 0));
            return 2;
        }
        if (!type.isNumber() || type == SqlType.DOUBLE) return NO_MATCH;
        int bind = bind(AnyDecimal.NAME, Coercion.asDecimal(type), bound);
        return bind == NO_MATCH ? NO_MATCH : type instanceof SqlType.Decimal ? 0 : 2 * (2 - rank(type));
    }

    /// The type with all variables replaced; unbound ones are `NULL`.
    default SqlType type(Map<String, SqlType> bound) {
        return switch (this) {
            case Exact exact -> exact.type();
            case Variable variable -> bound.getOrDefault(variable.name(), SqlType.NULL);
            case AnyDecimal _ -> bound.getOrDefault(AnyDecimal.NAME, SqlType.NULL);
            case ArrayOf array -> SqlType.array(array.element().type(bound));
            case MapOf map -> SqlType.map(map.key().type(bound), map.value().type(bound));
            case StructOf struct -> {
                List<SqlType.Field> fields = new ArrayList<>();
                for (int at = 0; at < struct.names().size(); at++)
                    fields.add(new SqlType.Field(
                            struct.names().get(at), struct.types().get(at).type(bound)));
                yield new SqlType.Structure(fields);
            }
            case LambdaOf lambda -> lambda.result().type(bound);
        };
    }
}
