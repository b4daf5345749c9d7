package barnabas.sql.types;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A SQL type. Its values in Java:
///
/// | SQL | Java |
/// |---|---|
/// | `BOOLEAN`, `INTEGER`, `BIGINT`, `DOUBLE`, `STRING` | [Boolean], [Integer], [Long], [Double], [String] |
/// | `DECIMAL(p, s)` | [java.math.BigDecimal] of scale `s` |
/// | `BYTES` | [java.nio.ByteBuffer], read only, its content from position to limit |
/// | `DATE`, `TIME`, `TIMESTAMP` | [java.time.LocalDate], [java.time.LocalTime], [java.time.Instant], to the
/// millisecond |
/// | `ARRAY<T>`, `MAP<K, V>` | [List], [java.util.Map] with its entries in the order of insertion |
/// | `STRUCT<...>` | [Struct] |
///
/// Values are never changed after they are made. Every type has the value null. `toString` gives the type's text as
/// SQL.
@SuppressWarnings("ClassInitializationDeadlock") // constants of an enum, which needs nothing of this interface
public sealed interface SqlType {
    Primitive BOOLEAN = Primitive.BOOLEAN;
    Primitive INTEGER = Primitive.INTEGER;
    Primitive BIGINT = Primitive.BIGINT;
    Primitive DOUBLE = Primitive.DOUBLE;
    Primitive STRING = Primitive.STRING;
    Primitive BYTES = Primitive.BYTES;
    Primitive DATE = Primitive.DATE;
    Primitive TIME = Primitive.TIME;
    Primitive TIMESTAMP = Primitive.TIMESTAMP;

    /// Type of the literal `NULL` before it takes the type of its surroundings; no column has it.
    Primitive NULL = Primitive.NULL;

    /// Types without parameters.
    enum Primitive implements SqlType {
        BOOLEAN,
        INTEGER,
        BIGINT,
        DOUBLE,
        STRING,
        BYTES,
        DATE,
        TIME,
        TIMESTAMP,
        NULL
    }

    /// Exact numbers with `precision` digits, `scale` of them behind the point.
    record Decimal(int precision, int scale) implements SqlType {
        /// Digits of the widest type. A number has them all written out in places: `DECIMAL(900000000, 0)` would be a
        /// gigabyte.
        public static final int PRECISION_MAX = 1_000;

        public Decimal {
            if (precision > PRECISION_MAX)
                throw new TypeProblem(
                        "DECIMAL precision must be <= " + PRECISION_MAX + ": DECIMAL(" + precision + "," + scale + ")");
            if (precision < 1)
                throw new TypeProblem("DECIMAL precision must be >= 1: DECIMAL(" + precision + "," + scale + ")");
            if (scale < 0)
                throw new TypeProblem("DECIMAL scale must be >= 0: DECIMAL(" + precision + "," + scale + ")");
            if (precision < scale)
                throw new TypeProblem("DECIMAL precision must be >= scale: DECIMAL(" + precision + "," + scale + ")");
        }

        @Override
        public String toString() {
            return "DECIMAL(" + precision + ", " + scale + ")";
        }
    }

    record Array(SqlType element) implements SqlType {
        public Array {
            TypeSize.check(element);
        }

        @Override
        public String toString() {
            return "ARRAY<" + element + ">";
        }
    }

    record Map(SqlType key, SqlType value) implements SqlType {
        public Map {
            TypeSize.check(key, value);
        }

        @Override
        public String toString() {
            return "MAP<" + key + ", " + value + ">";
        }
    }

    /// Named fields in their order.
    record Structure(List<Field> fields) implements SqlType {
        public Structure {
            fields = List.copyOf(fields);
            TypeSize.check(fields.stream().map(Field::type).toArray(SqlType[]::new));
        }

        /// Index of the field `name`, in its exact case; -1 without such a field.
        public int indexOf(String name) {
            for (int at = 0; at < fields.size(); at++) if (fields.get(at).name().equals(name)) return at;
            return -1;
        }

        @Override
        public String toString() {
            return fields.stream().map(Field::toString).collect(Collectors.joining(", ", "STRUCT<", ">"));
        }
    }

    record Field(String name, SqlType type) {
        @Override
        public String toString() {
            return TypeText.identifier(name) + " " + type;
        }
    }

    static Decimal decimal(int precision, int scale) {
        return new Decimal(precision, scale);
    }

    static Array array(SqlType element) {
        return new Array(element);
    }

    static Map map(SqlType key, SqlType value) {
        return new Map(key, value);
    }

    /// A struct of names and types in turn, as `struct("A", INTEGER, "B", STRING)`.
    static Structure struct(Object... namesAndTypes) {
        List<Field> fields = new ArrayList<>();
        for (int at = 0; at < namesAndTypes.length; at += 2)
            fields.add(new Field((String) namesAndTypes[at], (SqlType) namesAndTypes[at + 1]));
        return new Structure(fields);
    }

    /// The type that `text` names, as in a column definition: `INT`, `VARCHAR`, `DECIMAL(4, 2)`, `MAP<STRING, INT>`.
    ///
    /// @throws TypeProblem when `text` is no type
    static SqlType parse(String text) {
        return TypeText.parse(text);
    }

    /// The type's name without its parameters: `DECIMAL`, `ARRAY`.
    default String base() {
        return switch (this) {
            case Primitive primitive -> primitive.name();
            case Decimal _ -> "DECIMAL";
            case Array _ -> "ARRAY";
            case Map _ -> "MAP";
            case Structure _ -> "STRUCT";
        };
    }

    /// Whether values of this type are numbers.
    default boolean isNumber() {
        return this == INTEGER || this == BIGINT || this == DOUBLE || this instanceof Decimal;
    }

    /// Whether values of this type have no parts.
    default boolean isSimple() {
        return this instanceof Primitive || this instanceof Decimal;
    }
}
