package barnabas.sql.extensions;

import barnabas.sql.types.SqlType;
import barnabas.sql.types.TypeProblem;
import java.lang.classfile.Signature.ClassTypeSig;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Class of a jar whose objects hold the columns of an aggregate function of several columns. It has a type
/// parameter for each column, and a public constructor or a static method `of` with a parameter for each.
///
/// @param types of the columns
record JarRow(String name, List<SqlType> types, MethodHandle maker, ClassLoader loader) {
    /// Whether values of the type are objects of a class of the jar with several parts.
    static boolean is(ClassTypeSig type) {
        return type.typeArgs().size() > 1 && !type.className().startsWith("java/");
    }

    static JarRow of(ClassTypeSig type, JavaTypes java, ClassLoader loader) throws BadSignature {
        var types = new ArrayList<SqlType>();
        for (String each : java.parts(type)) {
            if (each.contains("DECIMAL") || JavaTypes.hasStruct(each))
                throw new BadSignature("columns of an aggregate of several are no DECIMAL and no STRUCT");
            try {
                types.add(SqlType.parse(each));
            } catch (TypeProblem e) {
                throw new BadSignature("its columns have a type that SQL has not: " + e.getMessage(), e);
            }
        }
        String name = JavaTypes.name(type);
        try {
            Class<?> owner = Class.forName(name, false, loader);
            return new JarRow(name, types, maker(owner, types.size()).asFixedArity(), loader);
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new BadSignature("the class " + name + " of its columns cannot be used: " + e, e);
        }
    }

    private static MethodHandle maker(Class<?> owner, int columns) throws BadSignature, IllegalAccessException {
        for (Constructor<?> each : owner.getConstructors())
            if (each.getParameterCount() == columns)
                return MethodHandles.publicLookup().unreflectConstructor(each);
        for (Method each : owner.getMethods())
            if (each.getName().equals("of")
                    && Modifier.isStatic(each.getModifiers())
                    && each.getParameterCount() == columns)
                return MethodHandles.publicLookup().unreflect(each);
        throw new BadSignature(
                owner.getName() + " has no public constructor and no static method `of` of " + columns + " parameters");
    }

    @Nullable
    Object made(List<@Nullable Object> columns) {
        var given = new ArrayList<@Nullable Object>();
        for (Object each : columns) given.add(JavaValues.toJava(each, Object.class, loader));
        return JarMethod.invoked(name, maker, given);
    }
}
