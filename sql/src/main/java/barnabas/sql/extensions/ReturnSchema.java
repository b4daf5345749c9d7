package barnabas.sql.extensions;

import barnabas.sql.types.SqlType;
import barnabas.sql.types.TypeProblem;
import barnabas.sql.types.ValueProblem;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The method that `schemaProvider` names: it says the type of a result out of those of the arguments, both as texts of
/// SQL.
record ReturnSchema(String name, MethodHandle handle, boolean isStatic) {
    static ReturnSchema of(String method, Class<?> owner) throws BadSignature {
        try {
            Method found = owner.getMethod(method, List.class);
            if (found.getReturnType() == String.class)
                return new ReturnSchema(
                        owner.getName() + "." + method,
                        MethodHandles.publicLookup().unreflect(found),
                        Modifier.isStatic(found.getModifiers()));
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new BadSignature(
                    "its schemaProvider is no public method `String " + method + "(List<String> types)`: " + e, e);
        }
        throw new BadSignature("its schemaProvider is no method `String " + method
                + "(List<String> types)`; classes of ksqlDB for types are not supported");
    }

    /// @throws BadSignature when the method does not return the text of a type
    SqlType of(@Nullable Object instance, List<SqlType> arguments, PreparingCalls calls) throws BadSignature {
        var given = new ArrayList<@Nullable Object>();
        if (!isStatic) given.add(instance);
        given.add(arguments.stream().map(SqlType::toString).toList());
        try {
            return SqlType.parse(String.valueOf(calls.carried(() -> JarMethod.invoked(name, handle, given))));
        } catch (TypeProblem | ValueProblem e) {
            throw new BadSignature("The schemaProvider " + name + " gives no type: " + e.getMessage(), e);
        }
    }
}
