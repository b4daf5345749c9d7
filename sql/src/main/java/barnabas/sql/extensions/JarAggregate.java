package barnabas.sql.extensions;

import barnabas.sql.functions.AggregateFunction;
import barnabas.sql.functions.Argument;
import barnabas.sql.functions.FunctionProblem;
import barnabas.sql.functions.Signature;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.Casts;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.TypeProblem;
import java.lang.classfile.Signature.ClassTypeSig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An aggregate function out of the factories of a class: their first argument is a column, the others are literals
/// for the factory.
///
/// @param signatures of the factories, in their order
record JarAggregate(SqlFunction.Description description, List<Signature> signatures, List<Factory> factories)
        implements AggregateFunction {
    /// @param input type of the column
    /// @param table whether it makes aggregates that also take records back
    record Factory(
            JarMethod method, SqlType input, SqlType intermediate, SqlType output, boolean table, Class<?> udaf) {
        String signature() {
            String parameters =
                    method.signature().substring(1, method.signature().indexOf(") "));
            return "(column " + text(input) + (parameters.isEmpty() ? "" : ", " + parameters) + ") " + text(output);
        }

        private static String text(SqlType type) {
            return type instanceof SqlType.Decimal ? "DECIMAL" : type.toString();
        }

        static Factory of(AnnotatedClass.Method method, Class<?> owner) throws BadSignature {
            if (!method.isStatic()) throw new BadSignature("it is not static");
            if (method.variadic()) throw new BadSignature("a factory has no parameter for any number of arguments");
            if (!(method.signature().result() instanceof ClassTypeSig result)
                    || result.typeArgs().size() != 3)
                throw new BadSignature("it does not return Udaf<I, A, O> or TableUdaf<I, A, O>");
            String name = result.className().replace('/', '.');
            if (!AggregateInterfaces.has(name))
                throw new BadSignature("it does not return Udaf<I, A, O> or TableUdaf<I, A, O>");
            var java = new JavaTypes(method.signature().typeParameters());
            List<String> types = java.parts(result);
            Map<String, String> values = method.values();
            try {
                return new Factory(
                        JarMethod.factory(method, owner),
                        type(types.get(0), values.getOrDefault("paramSchema", "")),
                        type(types.get(1), values.getOrDefault("aggregateSchema", "")),
                        type(types.get(2), values.getOrDefault("returnSchema", "")),
                        name.equals(AggregateInterfaces.TABLE_UDAF),
                        Class.forName(name, false, owner.getClassLoader()));
            } catch (ClassNotFoundException | LinkageError e) {
                throw new BadSignature("the interface " + name + " cannot be loaded: " + e, e);
            }
        }

        private static SqlType type(String text, String schema) throws BadSignature {
            if (schema.isBlank() && text.contains("DECIMAL"))
                throw new BadSignature("it has a DECIMAL without a schema, as returnSchema = \"DECIMAL(10, 2)\"");
            if (schema.isBlank() && JavaTypes.hasStruct(text))
                throw new BadSignature("it has a STRUCT without a schema, as returnSchema = \"STRUCT<A STRING>\"");
            try {
                return SqlType.parse(schema.isBlank() ? text : schema);
            } catch (TypeProblem e) {
                throw new BadSignature("its schema is no type: " + e.getMessage(), e);
            }
        }
    }

    static JarAggregate of(String name, String overview, List<Factory> factories) {
        var signatures = new ArrayList<Signature>();
        var texts = new ArrayList<String>();
        for (Factory each : factories) {
            signatures.add(Signature.of(each.signature()));
            texts.add(name + each.signature());
        }
        return new JarAggregate(
                new SqlFunction.Description(name, "Aggregate", overview, texts, List.of()), signatures, factories);
    }

    @Override
    public Aggregation resolve(List<Argument> arguments) {
        Signature.Match match = Signature.best(name(), signatures, arguments);
        Factory factory = factories.get(match.index());
        var constants = new @Nullable Object[arguments.size() - 1];
        for (int at = 1; at < arguments.size(); at++) {
            if (!(arguments.get(at) instanceof Argument.Constant constant))
                throw new FunctionProblem("Parameter " + (at + 1) + " of function '" + name() + "' must be a literal");
            Casts.Cast cast = match.casts().get(at);
            constants[at - 1] = cast == null ? constant.value() : cast.apply(constant.value());
        }
        Object udaf = factory.method()
                .on(null, match.types().subList(1, match.types().size()))
                .call(constants);
        if (udaf == null) throw new FunctionProblem("Function '" + name() + "' takes no NULL here");
        SqlType given = match.types().getFirst();
        Casts.Cast cast =
                given.equals(factory.input()) || given == SqlType.NULL ? null : Casts.cast(given, factory.input());
        return new Running(factory, new JarObject(udaf, factory.udaf()), match, cast);
    }

    /// @param udaf what the factory made
    /// @param cast of the column to the type of the factory; null for none
    private record Running(Factory factory, JarObject udaf, Signature.Match match, Casts.@Nullable Cast cast)
            implements Aggregation {
        @Override
        public SqlType intermediateType() {
            return factory.intermediate();
        }

        @Override
        public SqlType returnType() {
            return factory.output();
        }

        @Override
        public @Nullable Object initialize() {
            return udaf.call("initialize", factory.intermediate());
        }

        private @Nullable Object column(@Nullable Object[] arguments) {
            Object value = match.widen(arguments)[0];
            return cast == null ? value : cast.apply(value);
        }

        @Override
        public @Nullable Object add(@Nullable Object aggregate, @Nullable Object[] arguments) {
            return udaf.call("aggregate", factory.intermediate(), column(arguments), aggregate);
        }

        @Override
        public @Nullable Object merge(@Nullable Object earlier, @Nullable Object later) {
            return udaf.call("merge", factory.intermediate(), earlier, later);
        }

        @Override
        public boolean undoes() {
            return factory.table();
        }

        @Override
        public @Nullable Object undo(@Nullable Object aggregate, @Nullable Object[] arguments) {
            return udaf.call("undo", factory.intermediate(), column(arguments), aggregate);
        }

        @Override
        public @Nullable Object result(@Nullable Object aggregate) {
            return udaf.call("map", factory.output(), aggregate);
        }
    }
}
