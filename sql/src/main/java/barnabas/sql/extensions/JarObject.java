package barnabas.sql.extensions;

import barnabas.sql.types.SqlType;
import barnabas.sql.types.ValueProblem;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An object of a jar behind an interface of it, whose methods take and return objects.
record JarObject(Object object, Class<?> type) {
    /// @param wanted type of the result
    /// @throws ValueProblem when the method fails
    @Nullable
    Object call(String method, SqlType wanted, @Nullable Object... arguments) {
        var all = new ArrayList<@Nullable Object>();
        all.add(object);
        ClassLoader loader = object.getClass().getClassLoader();
        for (Object each : arguments) all.add(JavaValues.toJava(each, Object.class, loader));
        return JavaValues.toSql(
                JarMethod.invoked(object.getClass().getName() + "." + method, handle(method, arguments.length), all),
                wanted);
    }

    private MethodHandle handle(String method, int parameters) {
        List<Class<?>> types = Collections.nCopies(parameters, Object.class);
        try {
            return MethodHandles.publicLookup().findVirtual(type, method, MethodType.methodType(Object.class, types));
        } catch (ReflectiveOperationException e) {
            throw new ValueProblem(type.getName() + " has no method " + method + ": " + e, e);
        }
    }
}
