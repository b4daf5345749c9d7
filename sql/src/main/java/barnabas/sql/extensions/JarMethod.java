package barnabas.sql.extensions;

import barnabas.sql.types.Casts;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.TypeProblem;
import barnabas.sql.types.ValueProblem;
import java.lang.classfile.Signature;
import java.lang.classfile.Signature.ArrayTypeSig;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/// A method of a jar with its SQL types.
///
/// @param name with its class
/// @param signature as the registry of functions reads it
/// @param schemas types that parameters must have; null where the Java type says all
/// @param loader of the jar
/// @param provider method that says the type of the result; null for none
/// @param returned type of the result, or of a row; null where it follows from the arguments
record JarMethod(
        String name,
        String signature,
        List<@Nullable SqlType> schemas,
        @Nullable SqlType returned,
        @Nullable ReturnSchema provider,
        MethodHandle handle,
        ClassLoader loader,
        boolean isStatic,
        boolean variadic) {
    static JarMethod of(AnnotatedClass.Method method, Class<?> owner, boolean rows) throws BadSignature {
        String named = method.values().getOrDefault("schemaProvider", "");
        ReturnSchema provider = named.isBlank() ? null : ReturnSchema.of(named, owner);
        var java = new JavaTypes(method.signature().typeParameters());
        JarMethod made = parameters(method, owner, java);
        Signature result = method.signature().result();
        String text = java.result(rows ? java.row(result) : result);
        String given = method.values().getOrDefault("schema", "");
        if (text.contains("DECIMAL") && provider == null && given.isBlank())
            throw new BadSignature("it returns a DECIMAL without a schema, as schema = \"DECIMAL(10, 2)\"");
        if (JavaTypes.hasStruct(text)) {
            if (given.isBlank())
                throw new BadSignature("it returns a STRUCT without a schema, as schema = \"STRUCT<A STRING>\"");
            text = schema(given).toString();
        }
        return new JarMethod(
                made.name(),
                made.signature() + text,
                made.schemas(),
                given.isBlank() ? null : schema(given),
                provider,
                made.handle(),
                made.loader(),
                made.isStatic(),
                made.variadic());
    }

    /// A factory of aggregates. Its signature has no result.
    static JarMethod factory(AnnotatedClass.Method method, Class<?> owner) throws BadSignature {
        return parameters(method, owner, new JavaTypes(method.signature().typeParameters()));
    }

    private static JarMethod parameters(AnnotatedClass.Method method, Class<?> owner, JavaTypes java)
            throws BadSignature {
        if (!method.isPublic()) throw new BadSignature("it is not public");
        List<Signature> types = method.signature().arguments();
        if (types.size() != method.parameters().size())
            throw new BadSignature("its generic signature has another number of parameters");
        var parameters = new ArrayList<String>();
        var schemas = new ArrayList<@Nullable SqlType>();
        for (int at = 0; at < types.size(); at++) {
            AnnotatedClass.Parameter parameter = method.parameters().get(at);
            boolean rest = method.variadic() && at == types.size() - 1;
            Signature type =
                    rest && types.get(at) instanceof ArrayTypeSig array ? array.componentSignature() : types.get(at);
            String text = java.parameter(type);
            SqlType schema = parameter.schema() == null ? null : schema(parameter.schema());
            if (JavaTypes.hasStruct(text)) {
                if (schema == null || text.startsWith("LAMBDA"))
                    throw new BadSignature("it takes a STRUCT without a schema, as @UdfParameter(value = \""
                            + parameter.name() + "\", schema = \"STRUCT<A STRING>\")");
                text = schema.toString();
            }
            parameters.add(identifier(parameter.name()) + " " + text + (rest ? "..." : ""));
            schemas.add(schema);
        }
        return new JarMethod(
                owner.getName() + "." + method.name(),
                "(" + String.join(", ", parameters) + ") ",
                schemas,
                null,
                null,
                handle(method, owner),
                owner.getClassLoader(),
                method.isStatic(),
                method.variadic());
    }

    private static SqlType schema(String text) throws BadSignature {
        try {
            return SqlType.parse(text);
        } catch (TypeProblem e) {
            throw new BadSignature("its schema is no type: " + e.getMessage(), e);
        }
    }

    private static String identifier(String name) {
        var text = new StringBuilder();
        for (char each : name.toCharArray()) text.append(Character.isLetterOrDigit(each) ? each : '_');
        return text.toString();
    }

    private static MethodHandle handle(AnnotatedClass.Method method, Class<?> owner) throws BadSignature {
        try {
            MethodType type = MethodType.fromMethodDescriptorString(method.descriptor(), owner.getClassLoader());
            MethodHandle handle = method.isStatic()
                    ? MethodHandles.publicLookup().findStatic(owner, method.name(), type)
                    : MethodHandles.publicLookup().findVirtual(owner, method.name(), type);
            return handle.asFixedArity();
        } catch (ReflectiveOperationException | TypeNotPresentException | LinkageError e) {
            throw new BadSignature("it cannot be called: " + e, e);
        }
    }

    /// The call for arguments of these types, on `instance`. Null for a parameter of a primitive type gives null.
    Call on(@Nullable Object instance, List<SqlType> types) {
        List<Class<?>> wanted = handle.type().parameterList();
        if (!isStatic) wanted = wanted.subList(1, wanted.size());
        int fixed = variadic ? wanted.size() - 1 : wanted.size();
        var classes = new ArrayList<Class<?>>();
        var casts = new ArrayList<Casts.@Nullable Cast>();
        for (int at = 0; at < types.size(); at++) {
            classes.add(at < fixed ? wanted.get(at) : wanted.get(fixed).componentType());
            SqlType schema = schemas.get(Math.min(at, schemas.size() - 1));
            boolean same = schema == null || schema.equals(types.get(at)) || types.get(at) == SqlType.NULL;
            casts.add(same ? null : Casts.cast(types.get(at), schema));
        }
        List<Class<?>> all = wanted;
        return given -> {
            var arguments = new ArrayList<@Nullable Object>();
            if (!isStatic) arguments.add(instance);
            Object rest = variadic ? Array.newInstance(all.get(fixed).componentType(), types.size() - fixed) : null;
            for (int at = 0; at < types.size(); at++) {
                Casts.Cast cast = casts.get(at);
                Object value =
                        JavaValues.toJava(cast == null ? given[at] : cast.apply(given[at]), classes.get(at), loader);
                if (value == null && classes.get(at).isPrimitive()) return null;
                if (at < fixed) arguments.add(value);
                else if (rest != null) Array.set(rest, at - fixed, value);
            }
            if (rest != null) arguments.add(rest);
            return invoked(name, handle, arguments);
        };
    }

    /// @param name of the method, for messages
    @SuppressWarnings("IllegalCatch") // a method of a user may throw anything
    static @Nullable Object invoked(String name, MethodHandle handle, List<@Nullable Object> arguments) {
        if (!Thread.currentThread().isVirtual()) return invokedHere(handle, arguments);
        try {
            return JarCalls.call(name, () -> invokedHere(handle, arguments));
        } catch (ExecutionException e) {
            throw JarCalls.unchecked(e);
        }
    }

    @SuppressWarnings("IllegalCatch") // a method of a user may throw anything
    private static @Nullable Object invokedHere(MethodHandle handle, List<@Nullable Object> arguments) {
        try {
            return handle.invokeWithArguments(arguments);
        } catch (StackOverflowError e) {
            throw new ValueProblem("a function of a jar calls itself too deep", e);
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            if (e instanceof InterruptedException) Thread.currentThread().interrupt();
            throw new ValueProblem("a function of a jar failed: " + e, e);
        }
    }

    /// A method with all that a statement knows of it.
    @FunctionalInterface
    interface Call {
        @Nullable
        Object call(@Nullable Object[] arguments);
    }
}
