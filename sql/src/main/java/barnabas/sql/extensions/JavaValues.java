package barnabas.sql.extensions;

import barnabas.sql.functions.SqlLambda;
import barnabas.sql.types.Casts;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import barnabas.sql.types.ValueProblem;
import java.lang.reflect.Proxy;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.Date;
import java.sql.Time;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Values of SQL and those that methods of jars take and return. Lists and maps are copied: a method may keep or change
/// what it is given.
final class JavaValues {
    private static final long MILLIS_OF_DAY = 86_400_000;

    private JavaValues() {}

    /// @param wanted Java type of the parameter
    /// @param loader of the jar
    static @Nullable Object toJava(@Nullable Object value, Class<?> wanted, ClassLoader loader) {
        if (!(value instanceof SqlLambda lambda)) return toJava(value, loader);
        if (wanted == Function.class) return (Function<Object, @Nullable Object>) a -> apply(lambda, loader, a);
        if (wanted == BiFunction.class)
            return (BiFunction<Object, Object, @Nullable Object>) (a, b) -> apply(lambda, loader, a, b);
        return proxy(lambda, wanted, loader);
    }

    /// A lambda behind an interface with a method `apply`.
    @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself
    private static Object proxy(SqlLambda lambda, Class<?> wanted, ClassLoader loader) {
        return Proxy.newProxyInstance(
                wanted.getClassLoader(),
                new Class<?>[] {wanted},
                (object, method, arguments) -> switch (method.getName()) {
                    case "apply" -> apply(lambda, loader, arguments);
                    case "equals" -> object == arguments[0];
                    case "hashCode" -> System.identityHashCode(object);
                    default -> "a lambda of SQL";
                });
    }

    private static @Nullable Object apply(SqlLambda lambda, ClassLoader loader, @Nullable Object... arguments) {
        var given = new @Nullable Object[arguments.length];
        for (int at = 0; at < given.length; at++) given[at] = toSql(arguments[at]);
        for (Object each : given)
            if (each != null && ConnectStructs.is(each))
                throw new ValueProblem("a lambda cannot take a STRUCT from a function of a jar");
        return toJava(lambda.apply(given), loader);
    }

    private static @Nullable Object toJava(@Nullable Object value, ClassLoader loader) {
        return switch (value) {
            case null -> null;
            case Struct struct -> {
                var fields = new ArrayList<@Nullable Object>();
                for (Object each : struct.values()) fields.add(toJava(each, loader));
                yield new ConnectStructs(loader).of(struct.type(), fields);
            }
            case List<?> list -> {
                var copy = new ArrayList<@Nullable Object>(list.size());
                for (Object each : list) copy.add(toJava(each, loader));
                yield copy;
            }
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<@Nullable Object, @Nullable Object>();
                map.forEach((key, each) -> copy.put(toJava(key, loader), toJava(each, loader)));
                yield copy;
            }
            case ByteBuffer bytes -> {
                var copy = ByteBuffer.allocate(bytes.remaining());
                copy.put(bytes.duplicate()).flip();
                yield copy;
            }
            case LocalDate date -> new Date(date.toEpochDay() * MILLIS_OF_DAY);
            case LocalTime time -> new Time(time.toNanoOfDay() / 1_000_000);
            case Instant instant -> new Timestamp(instant.toEpochMilli());
            default -> value;
        };
    }

    /// @param type of the result
    /// @throws ValueProblem when the value has another type
    static @Nullable Object toSql(@Nullable Object value, SqlType type) {
        return fitted(toSql(value), type);
    }

    private static @Nullable Object toSql(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case List<?> list -> {
                var copy = new ArrayList<@Nullable Object>(list.size());
                for (Object each : list) copy.add(toSql(each));
                yield copy;
            }
            case Map<?, ?> map -> {
                var copy = new LinkedHashMap<@Nullable Object, @Nullable Object>();
                map.forEach((key, each) -> copy.put(toSql(key), toSql(each)));
                yield copy;
            }
            case ByteBuffer bytes -> {
                var copy = ByteBuffer.allocate(bytes.remaining());
                copy.put(bytes.duplicate()).flip();
                yield copy.asReadOnlyBuffer();
            }
            case Date date -> LocalDate.ofEpochDay(Math.floorDiv(date.getTime(), MILLIS_OF_DAY));
            case Time time -> LocalTime.ofNanoOfDay(Math.floorMod(time.getTime(), MILLIS_OF_DAY) * 1_000_000);
            case Timestamp timestamp -> Instant.ofEpochMilli(timestamp.getTime());
            default -> value;
        };
    }

    /// Decimals get their type's scale. Values whose generic type the compiler has not checked are checked here.
    private static @Nullable Object fitted(@Nullable Object value, SqlType type) {
        if (value == null) return null;
        return switch (type) {
            case SqlType.Decimal decimal -> Casts.fit(checked(value, BigDecimal.class, type), decimal);
            case SqlType.Array array -> {
                var list = new ArrayList<@Nullable Object>();
                for (Object each : checked(value, List.class, type)) list.add(fitted(each, array.element()));
                yield list;
            }
            case SqlType.Map map -> {
                var fitted = new LinkedHashMap<@Nullable Object, @Nullable Object>();
                for (Map.Entry<?, ?> each : ((Map<?, ?>) checked(value, Map.class, type)).entrySet())
                    fitted.put(fitted(each.getKey(), map.key()), fitted(each.getValue(), map.value()));
                yield fitted;
            }
            case SqlType.Structure structure -> ConnectStructs.toSql(value, structure);
            case SqlType.Primitive primitive -> checked(value, classOf(primitive), type);
        };
    }

    private static <T> T checked(Object value, Class<T> wanted, SqlType type) {
        if (wanted.isInstance(value)) return wanted.cast(value);
        throw new ValueProblem(
                "a function of a jar returned " + value.getClass().getName() + " for " + type);
    }

    private static Class<?> classOf(SqlType.Primitive type) {
        return switch (type) {
            case BOOLEAN -> Boolean.class;
            case INTEGER -> Integer.class;
            case BIGINT -> Long.class;
            case DOUBLE -> Double.class;
            case STRING -> String.class;
            case BYTES -> ByteBuffer.class;
            case DATE -> LocalDate.class;
            case TIME -> LocalTime.class;
            case TIMESTAMP -> Instant.class;
            case NULL -> Object.class;
        };
    }
}
