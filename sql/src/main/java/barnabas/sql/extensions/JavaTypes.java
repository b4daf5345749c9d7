package barnabas.sql.extensions;

import java.lang.classfile.Signature;
import java.lang.classfile.Signature.ArrayTypeSig;
import java.lang.classfile.Signature.BaseTypeSig;
import java.lang.classfile.Signature.ClassTypeSig;
import java.lang.classfile.Signature.TypeArg;
import java.lang.classfile.Signature.TypeParam;
import java.lang.classfile.Signature.TypeVarSig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Texts of SQL types for the Java types of one method, as signatures of functions are written. Type variables become
/// letters.
final class JavaTypes {
    private static final int VARIABLES_MAX = 26;
    private static final String STRUCT = "STRUCT";
    private static final Map<String, String> SIMPLE = Map.ofEntries(
            Map.entry("java.lang.Boolean", "BOOLEAN"),
            Map.entry("java.lang.Integer", "INT"),
            Map.entry("java.lang.Long", "BIGINT"),
            Map.entry("java.lang.Double", "DOUBLE"),
            Map.entry("java.lang.String", "STRING"),
            Map.entry("java.math.BigDecimal", "DECIMAL"),
            Map.entry("java.nio.ByteBuffer", "BYTES"),
            Map.entry("java.sql.Date", "DATE"),
            Map.entry("java.sql.Time", "TIME"),
            Map.entry("java.sql.Timestamp", "TIMESTAMP"));
    private static final Map<String, Integer> LAMBDAS =
            Map.of("java.util.function.Function", 1, "java.util.function.BiFunction", 2);

    private final Map<String, String> variables = new LinkedHashMap<>();
    private final Set<String> bound = new HashSet<>();

    JavaTypes(List<TypeParam> declared) throws BadSignature {
        for (TypeParam each : declared) {
            boolean plain = each.interfaceBounds().isEmpty()
                    && each.classBound()
                            .map(type -> type instanceof ClassTypeSig named
                                    && name(named).equals("java.lang.Object"))
                            .orElse(true);
            if (!plain)
                throw new BadSignature(
                        "its type variable " + each.identifier() + " has a bound: only plain ones are known");
            if (variables.size() == VARIABLES_MAX) throw new BadSignature("it has more than 26 type variables");
            variables.put(each.identifier(), String.valueOf((char) ('A' + variables.size())));
        }
    }

    String parameter(Signature type) throws BadSignature {
        Integer parameters = type instanceof ClassTypeSig named ? lambda(name(named)) : null;
        if (parameters != null && type instanceof ClassTypeSig named) {
            List<String> types = arguments(named, parameters + 1, true);
            return "LAMBDA(" + String.join(", ", types.subList(0, parameters)) + ") " + types.get(parameters);
        }
        return text(type, true);
    }

    private static @Nullable Integer lambda(String name) {
        return LambdaInterfaces.has(name) ? (Integer) 3 : LAMBDAS.get(name);
    }

    /// Whether a text has a struct in it, whose fields a schema has to say.
    static boolean hasStruct(String text) {
        return text.contains(STRUCT);
    }

    String result(Signature type) throws BadSignature {
        return text(type, false);
    }

    /// Type of one part of a generic type.
    String part(ClassTypeSig type, int index) throws BadSignature {
        return text(bounded(type.typeArgs().get(index)), false);
    }

    /// Types of the parts of a generic type.
    List<String> parts(ClassTypeSig type) throws BadSignature {
        return arguments(type, type.typeArgs().size(), false);
    }

    /// Type of the rows that a table function returns as a list.
    Signature row(Signature type) throws BadSignature {
        if (type instanceof ClassTypeSig list
                && name(list).equals("java.util.List")
                && list.typeArgs().size() == 1) return bounded(list.typeArgs().getFirst());
        throw new BadSignature(
                "it returns " + type.signatureString() + ", and a table function returns java.util.List");
    }

    /// @param binds whether variables are bound to what the call gives
    private String text(Signature type, boolean binds) throws BadSignature {
        return switch (type) {
            case BaseTypeSig base ->
                switch (base.baseType()) {
                    case 'Z' -> "BOOLEAN";
                    case 'I' -> "INT";
                    case 'J' -> "BIGINT";
                    case 'D' -> "DOUBLE";
                    default -> throw unknown(base.signatureString());
                };
            case TypeVarSig variable -> variable(variable.identifier(), binds);
            case ArrayTypeSig array ->
                throw new BadSignature(
                        array.signatureString() + " is an array: arrays of SQL are java.util.List in Java");
            case ClassTypeSig named -> named(named, binds);
        };
    }

    private String named(ClassTypeSig type, boolean binds) throws BadSignature {
        String name = name(type);
        String simple = SIMPLE.get(name);
        if (simple != null) return simple;
        return switch (name) {
            case "java.util.List" -> "ARRAY<" + arguments(type, 1, binds).getFirst() + ">";
            case "java.util.Map" -> "MAP<" + String.join(", ", arguments(type, 2, binds)) + ">";
            case ConnectStructs.NAME -> STRUCT;
            default -> throw unknown(name);
        };
    }

    private static BadSignature unknown(String type) {
        return new BadSignature(type + " is the Java type of no SQL type");
    }

    private List<String> arguments(ClassTypeSig type, int count, boolean binds) throws BadSignature {
        if (type.typeArgs().size() != count) throw new BadSignature(name(type) + " has no types of its parts");
        var texts = new ArrayList<String>();
        for (TypeArg each : type.typeArgs()) texts.add(text(bounded(each), binds));
        return texts;
    }

    static Signature bounded(TypeArg argument) throws BadSignature {
        return switch (argument) {
            case TypeArg.Bounded given -> given.boundType();
            case TypeArg.Unbounded _ -> throw new BadSignature("'?' is no type: name a type variable");
        };
    }

    private String variable(String name, boolean binds) throws BadSignature {
        String letter = variables.get(name);
        if (letter == null) throw new BadSignature("its type variable " + name + " belongs to the class");
        if (binds) bound.add(name);
        else if (!bound.contains(name))
            throw new BadSignature("its type variable " + name + " is in the result and in no parameter");
        return letter;
    }

    static String name(ClassTypeSig type) {
        return type.outerType().map(outer -> name(outer) + "$").orElse("")
                + type.className().replace('/', '.');
    }
}
