package barnabas.sql.extensions;

import barnabas.sql.functions.Argument;
import barnabas.sql.functions.FunctionProblem;
import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.ScalarFunction;
import barnabas.sql.functions.Signature;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.functions.TableFunction;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.kafka.common.Configurable;
import org.jspecify.annotations.Nullable;

/// The function out of one class of a jar.
final class JarFunctions {
    private static final String SETTINGS = "ksql.functions.";

    private final AnnotatedClass described;
    private final Class<?> owner;
    private final Map<String, String> settings;
    private final PreparingCalls calls;

    private JarFunctions(AnnotatedClass described, Class<?> owner, Map<String, String> settings) {
        this.described = described;
        this.owner = owner;
        this.settings = settings;
        calls = new PreparingCalls(described.className());
    }

    /// @param settings of the service; a function sees those of its own name and those of `_global_`
    /// @param leftOut takes methods that are no variants, with the reason
    /// @throws BadSignature when the class is no function
    static SqlFunction of(
            AnnotatedClass described, ClassLoader loader, Map<String, String> settings, Consumer<String> leftOut)
            throws BadSignature {
        String name = described.values().getOrDefault("name", "").strip().toUpperCase(Locale.ROOT);
        if (!name.matches("[A-Z_][A-Z0-9_]*")) throw new BadSignature("'" + name + "' is no name of a function");
        if (!described.isPublic()) throw new BadSignature("the class is not public");
        Class<?> owner;
        try {
            owner = Class.forName(described.className(), false, loader);
        } catch (ClassNotFoundException | LinkageError e) {
            throw new BadSignature("the class cannot be loaded: " + e, e);
        }
        Consumer<String> left = reason -> leftOut.accept(name + ": " + reason);
        var functions = new JarFunctions(described, owner, own(name, settings));
        return switch (described.kind()) {
            case AGGREGATE ->
                JarAggregate.of(
                        name,
                        functions.overview(),
                        functions.all(left, each -> JarAggregate.Factory.of(each, owner)),
                        functions.calls);
            case TABLE -> {
                functions.instance();
                yield functions.table(name, functions.all(left, each -> JarMethod.of(each, owner, true)));
            }
            case SCALAR -> {
                functions.instance();
                yield functions.scalar(name, functions.all(left, each -> JarMethod.of(each, owner, false)));
            }
        };
    }

    private interface Reading<T> {
        T read(AnnotatedClass.Method method) throws BadSignature;
    }

    /// Results of all methods that are functions; at least one.
    private <T> List<T> all(Consumer<String> leftOut, Reading<T> reading) throws BadSignature {
        var all = new ArrayList<T>();
        for (AnnotatedClass.Method each : described.methods()) {
            try {
                all.add(reading.read(each));
            } catch (BadSignature e) {
                leftOut.accept("method " + each.name() + each.descriptor() + ": " + e.getMessage());
            }
        }
        if (all.isEmpty()) throw new BadSignature("the class has no method that is a function");
        return all;
    }

    private static Map<String, String> own(String name, Map<String, String> settings) {
        var own = new LinkedHashMap<String, String>();
        settings.forEach((key, value) -> {
            if (key.startsWith(SETTINGS + name.toLowerCase(Locale.ROOT) + ".")
                    || key.startsWith(SETTINGS + "_global_.")) own.put(key, value);
        });
        return own;
    }

    /// An instance for a call in a statement: what a class keeps in fields is not shared between calls.
    ///
    /// @throws StuckProblem when a call of the class does not return
    private Object instance() throws BadSignature {
        try {
            return Objects.requireNonNull(calls.call(() -> {
                Object instance = owner.getConstructor().newInstance();
                if (instance instanceof Configurable configurable) configurable.configure(settings);
                return instance;
            }));
        } catch (ExecutionException e) {
            throw switch (e.getCause()) {
                case ReflectiveOperationException failed ->
                    new BadSignature(
                            "the class has no public constructor without parameters, or it fails: "
                                    + (failed.getCause() == null ? failed : failed.getCause()),
                            e);
                case VirtualMachineError ended when !(ended instanceof StackOverflowError) -> throw ended;
                case null, default -> new BadSignature("the class cannot be configured: " + e.getCause(), e);
            };
        }
    }

    private JarMethod.Call call(JarMethod method, List<SqlType> types) {
        try {
            return method.on(method.isStatic() ? null : instance(), types);
        } catch (BadSignature e) {
            throw new IllegalStateException(e);
        }
    }

    private String overview() {
        return described.values().getOrDefault("description", "");
    }

    private SqlFunction scalar(String name, List<JarMethod> methods) {
        Scalar.Builder builder = Scalar.named(name, described.values().getOrDefault("category", "OTHER"), overview());
        for (JarMethod each : methods)
            builder.typed(each.signature(), (types, result) -> {
                SqlType type = returned(each, types, result);
                JarMethod.Call call = call(each, types);
                return new ScalarFunction.Resolved(type, arguments -> JavaValues.toSql(call.call(arguments), type));
            });
        return builder.build();
    }

    private SqlType returned(JarMethod method, List<SqlType> types, SqlType result) {
        ReturnSchema provider = method.provider();
        if (provider != null) {
            try {
                return provider.of(provider.isStatic() ? null : instance(), types, calls);
            } catch (BadSignature e) {
                throw new FunctionProblem(String.valueOf(e.getMessage()));
            }
        }
        SqlType returned = method.returned();
        return returned == null ? result : returned;
    }

    private SqlFunction table(String name, List<JarMethod> methods) {
        var signatures = new ArrayList<Signature>();
        var texts = new ArrayList<String>();
        for (JarMethod each : methods) {
            signatures.add(Signature.of(each.signature()));
            texts.add(name + each.signature());
        }
        return new Rows(
                new SqlFunction.Description(name, "Table", overview(), texts, List.of()), signatures, methods, this);
    }

    private record Rows(
            Description description, List<Signature> signatures, List<JarMethod> methods, JarFunctions functions)
            implements TableFunction {
        @Override
        public Resolved resolve(List<Argument> arguments) {
            Signature.Match match = Signature.best(name(), signatures, arguments);
            JarMethod method = methods.get(match.index());
            SqlType type = functions.returned(method, match.types(), match.returnType());
            JarMethod.Call call = functions.call(method, match.types());
            return new Resolved(type, given -> {
                Object rows = JavaValues.toSql(call.call(match.widen(given)), SqlType.array(type));
                var list = new ArrayList<@Nullable Object>();
                if (rows instanceof List<?> each) list.addAll(each);
                return list;
            });
        }
    }
}
