package barnabas.sql.extensions;

import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodSignature;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A class of a jar that describes a function, read from its class file by the names of the annotations: their own
/// classes need not be there.
///
/// @param className with points
/// @param values of the annotation of the class
record AnnotatedClass(String className, Kind kind, boolean isPublic, Map<String, String> values, List<Method> methods) {
    private static final String UDF = "Lio/confluent/ksql/function/udf/";
    private static final String UDTF = "Lio/confluent/ksql/function/udtf/";
    private static final String UDAF = "Lio/confluent/ksql/function/udaf/";

    enum Kind {
        SCALAR(UDF + "UdfDescription;", UDF + "Udf;"),
        TABLE(UDTF + "UdtfDescription;", UDTF + "Udtf;"),
        AGGREGATE(UDAF + "UdafDescription;", UDAF + "UdafFactory;");

        private final String ofClass;
        private final String ofMethod;

        Kind(String ofClass, String ofMethod) {
            this.ofClass = ofClass;
            this.ofMethod = ofMethod;
        }
    }

    /// @param descriptor as in the class file
    /// @param values of the annotation of the method
    record Method(
            String name,
            String descriptor,
            MethodSignature signature,
            boolean isPublic,
            boolean isStatic,
            boolean variadic,
            Map<String, String> values,
            List<Parameter> parameters) {}

    /// @param schema text of a SQL type; null for that of the Java type
    record Parameter(String name, @Nullable String schema) {}

    /// Empty for a class that describes no function.
    static Optional<AnnotatedClass> of(ClassModel model) {
        List<Annotation> annotations = model.findAttribute(Attributes.runtimeVisibleAnnotations())
                .map(each -> each.annotations())
                .orElse(List.of());
        for (Annotation each : annotations)
            for (Kind kind : Kind.values())
                if (each.className().stringValue().equals(kind.ofClass))
                    return Optional.of(new AnnotatedClass(
                            model.thisClass().asInternalName().replace('/', '.'),
                            kind,
                            model.flags().has(AccessFlag.PUBLIC),
                            values(each),
                            methods(model, kind)));
        return Optional.empty();
    }

    private static List<Method> methods(ClassModel model, Kind kind) {
        var methods = new ArrayList<Method>();
        for (MethodModel each : model.methods())
            annotation(each, kind.ofMethod).ifPresent(found -> methods.add(method(each, values(found))));
        return methods;
    }

    private static Optional<Annotation> annotation(MethodModel method, String type) {
        return method.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
                .flatMap(each -> each.annotations().stream())
                .filter(each -> each.className().stringValue().equals(type))
                .findFirst();
    }

    private static Method method(MethodModel model, Map<String, String> values) {
        MethodSignature signature = model.findAttribute(Attributes.signature())
                .map(each -> each.asMethodSignature())
                .orElseGet(() -> MethodSignature.of(model.methodTypeSymbol()));
        return new Method(
                model.methodName().stringValue(),
                model.methodType().stringValue(),
                signature,
                model.flags().has(AccessFlag.PUBLIC),
                model.flags().has(AccessFlag.STATIC),
                model.flags().has(AccessFlag.VARARGS),
                values,
                parameters(model));
    }

    /// Names of the annotation, else those that the compiler kept with `-parameters`, else their place.
    private static List<Parameter> parameters(MethodModel model) {
        int count = model.methodTypeSymbol().parameterCount();
        List<List<Annotation>> annotations = model.findAttribute(Attributes.runtimeVisibleParameterAnnotations())
                .map(each -> each.parameterAnnotations())
                .orElse(List.of());
        List<Optional<String>> kept = model.findAttribute(Attributes.methodParameters()).stream()
                .flatMap(each -> each.parameters().stream())
                .map(each -> each.name().map(name -> name.stringValue()))
                .toList();
        var parameters = new ArrayList<Parameter>();
        for (int at = 0; at < count; at++) {
            Map<String, String> values = Map.of();
            if (at < annotations.size())
                for (Annotation each : annotations.get(at))
                    if (each.className().stringValue().equals(UDF + "UdfParameter;")) values = values(each);
            String name = values.getOrDefault("value", "");
            if (name.isBlank() && at < kept.size()) name = kept.get(at).orElse("");
            String schema = values.getOrDefault("schema", "");
            parameters.add(new Parameter(name.isBlank() ? "arg" + at : name, schema.isBlank() ? null : schema));
        }
        return parameters;
    }

    private static Map<String, String> values(Annotation annotation) {
        var values = new HashMap<String, String>();
        for (AnnotationElement each : annotation.elements())
            if (each.value() instanceof AnnotationValue.OfString text)
                values.put(each.name().stringValue(), text.stringValue());
        return values;
    }
}
