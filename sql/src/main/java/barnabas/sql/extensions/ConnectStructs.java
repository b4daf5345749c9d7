package barnabas.sql.extensions;

import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import barnabas.sql.types.ValueProblem;
import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Structs as functions of jars see them: `org.apache.kafka.connect.data.Struct`. The service does not have Connect's
/// classes: they come from the function's jar, or from a jar in its folder, and are called by their names.
final class ConnectStructs {
    static final String NAME = "org.apache.kafka.connect.data.Struct";

    private static final String DATA = "org.apache.kafka.connect.data.";

    private final ClassLoader loader;

    /// @param loader of the function's jar
    ConnectStructs(ClassLoader loader) {
        this.loader = loader;
    }

    /// Whether an object of a jar is a struct.
    static boolean is(Object object) {
        return object.getClass().getName().equals(NAME);
    }

    /// A struct for a method of the jar.
    ///
    /// @param fields values as the jar takes them
    /// @throws ValueProblem when the classes cannot be loaded
    Object of(SqlType.Structure type, List<@Nullable Object> fields) {
        Object struct = created(type);
        for (int at = 0; at < fields.size(); at++)
            invoked(
                    struct,
                    "put",
                    new Class<?>[] {String.class, Object.class},
                    type.fields().get(at).name(),
                    fields.get(at));
        return struct;
    }

    private Object created(SqlType.Structure type) {
        try {
            return loader.loadClass(NAME)
                    .getConstructor(loader.loadClass(DATA + "Schema"))
                    .newInstance(schema(type));
        } catch (ReflectiveOperationException | LinkageError e) {
            throw missing(e);
        }
    }

    private Object schema(SqlType type) {
        return switch (type) {
            case SqlType.Primitive primitive -> schema(primitive);
            case SqlType.Decimal decimal ->
                built(called(DATA + "Decimal", "builder", new Class<?>[] {int.class}, decimal.scale()));
            case SqlType.Array array -> built(builder("array", schema(array.element())));
            case SqlType.Map map -> built(builder("map", schema(map.key()), schema(map.value())));
            case SqlType.Structure structure -> {
                Object builder = builder("struct");
                for (SqlType.Field each : structure.fields())
                    builder = invoked(
                            builder,
                            "field",
                            new Class<?>[] {String.class, classOf("Schema")},
                            each.name(),
                            schema(each.type()));
                yield built(builder);
            }
        };
    }

    private Object schema(SqlType.Primitive type) {
        return switch (type) {
            case BOOLEAN -> built(builder("bool"));
            case INTEGER -> built(builder("int32"));
            case BIGINT -> built(builder("int64"));
            case DOUBLE -> built(builder("float64"));
            case STRING, NULL -> built(builder("string"));
            case BYTES -> built(builder("bytes"));
            case DATE, TIME, TIMESTAMP -> {
                String name = type.name().charAt(0) + type.name().substring(1).toLowerCase(Locale.ROOT);
                yield built(called(DATA + name, "builder", new Class<?>[0]));
            }
        };
    }

    private Object builder(String kind, Object... of) {
        var types = new Class<?>[of.length];
        for (int at = 0; at < types.length; at++) types[at] = classOf("Schema");
        return called(DATA + "SchemaBuilder", kind, types, of);
    }

    /// The schema of the builder; each may be null.
    private static Object built(Object builder) {
        return invoked(invoked(builder, "optional", new Class<?>[0]), "build", new Class<?>[0]);
    }

    private Class<?> classOf(String simple) {
        try {
            return loader.loadClass(DATA + simple);
        } catch (ClassNotFoundException | LinkageError e) {
            throw missing(e);
        }
    }

    private Object called(String type, String method, Class<?>[] types, Object... arguments) {
        try {
            return loader.loadClass(type).getMethod(method, types).invoke(null, arguments);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw missing(e);
        }
    }

    private static ValueProblem missing(Throwable cause) {
        return new ValueProblem(
                "a function of a jar takes a STRUCT, and Connect's classes are neither in its jar nor in one of the folder: "
                        + cause,
                cause);
    }

    /// The struct of a jar as one of SQL.
    ///
    /// @throws ValueProblem when the value is none, or a field has another type
    @SuppressWarnings("NullAway") // which may see this class before Struct, and takes its values for non-null then
    static Struct toSql(Object value, SqlType.Structure type) {
        if (value instanceof Struct struct) return struct;
        if (!is(value))
            throw new ValueProblem(
                    "a function of a jar returned " + value.getClass().getName() + " for " + type);
        Object schema = invoked(value, "schema", new Class<?>[0]);
        var values = new ArrayList<@Nullable Object>();
        for (SqlType.Field each : type.fields()) {
            boolean there = invokedOrNull(schema, "field", new Class<?>[] {String.class}, each.name()) != null;
            Object field = there ? invokedOrNull(value, "get", new Class<?>[] {String.class}, each.name()) : null;
            values.add(JavaValues.toSql(field, each.type()));
        }
        return new Struct(type, values);
    }

    private static Object invoked(Object object, String method, Class<?>[] types, @Nullable Object... arguments) {
        Object result = invokedOrNull(object, method, types, arguments);
        return result == null ? object : result;
    }

    private static @Nullable Object invokedOrNull(
            Object object, String method, Class<?>[] types, @Nullable Object... arguments) {
        try {
            return object.getClass().getMethod(method, types).invoke(object, arguments);
        } catch (InvocationTargetException e) {
            throw new ValueProblem("a STRUCT of a jar does not fit: " + e.getCause(), e);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw missing(e);
        }
    }
}
