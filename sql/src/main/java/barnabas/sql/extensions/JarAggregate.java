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

/// An aggregate function out of the factories of a class: their first arguments are columns, mostly one, the others are
/// literals for the factory.
///
/// @param signatures of the factories, in their order
/// @param calls of the factories
record JarAggregate(
        SqlFunction.Description description, List<Signature> signatures, List<Factory> factories, PreparingCalls calls)
        implements AggregateFunction {
    /// @param inputs types of the columns
    /// @param row class of objects with several columns; null for one column
    /// @param table whether it makes aggregates that also take records back
    record Factory(
            JarMethod method,
            List<SqlType> inputs,
            @Nullable JarRow row,
            SqlType intermediate,
            SqlType output,
            boolean table,
            Class<?> udaf) {
        String signature() {
            String parameters =
                    method.signature().substring(1, method.signature().indexOf(") "));
            var columns = new ArrayList<String>();
            for (SqlType each : inputs)
                columns.add("column" + (row == null ? "" : columns.size() + 1) + " " + text(each));
            return "(" + String.join(", ", columns) + (parameters.isEmpty() ? "" : ", " + parameters) + ") "
                    + text(output);
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
            Map<String, String> values = method.values();
            JarRow row =
                    JavaTypes.bounded(result.typeArgs().getFirst()) instanceof ClassTypeSig first && JarRow.is(first)
                            ? JarRow.of(first, java, owner.getClassLoader())
                            : null;
            List<SqlType> inputs = row == null
                    ? List.of(type(java.part(result, 0), values.getOrDefault("paramSchema", "")))
                    : row.types();
            try {
                return new Factory(
                        JarMethod.factory(method, owner),
                        inputs,
                        row,
                        type(java.part(result, 1), values.getOrDefault("aggregateSchema", "")),
                        type(java.part(result, 2), values.getOrDefault("returnSchema", "")),
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

    static JarAggregate of(String name, String overview, List<Factory> factories, PreparingCalls calls) {
        var signatures = new ArrayList<Signature>();
        var texts = new ArrayList<String>();
        for (Factory each : factories) {
            signatures.add(Signature.of(each.signature()));
            texts.add(name + each.signature());
        }
        return new JarAggregate(
                new SqlFunction.Description(name, "Aggregate", overview, texts, List.of()),
                signatures,
                factories,
                calls);
    }

    @Override
    public Aggregation resolve(List<Argument> arguments) {
        Signature.Match match = Signature.best(name(), signatures, arguments);
        Factory factory = factories.get(match.index());
        int columns = factory.inputs().size();
        var constants = new @Nullable Object[arguments.size() - columns];
        for (int at = columns; at < arguments.size(); at++) {
            if (!(arguments.get(at) instanceof Argument.Constant constant))
                throw new FunctionProblem("Parameter " + (at + 1) + " of function '" + name() + "' must be a literal");
            Casts.Cast cast = match.casts().get(at);
            constants[at - columns] = cast == null ? constant.value() : cast.apply(constant.value());
        }
        JarMethod.Call made = factory.method()
                .on(null, match.types().subList(columns, match.types().size()));
        Object udaf = calls.carried(() -> made.call(constants));
        if (udaf == null) throw new FunctionProblem("Function '" + name() + "' takes no NULL here");
        var casts = new ArrayList<Casts.@Nullable Cast>();
        for (int at = 0; at < columns; at++) {
            SqlType given = match.types().get(at);
            SqlType input = factory.inputs().get(at);
            casts.add(given.equals(input) || given == SqlType.NULL ? null : Casts.cast(given, input));
        }
        return new Running(factory, new JarObject(udaf, factory.udaf()), match, casts);
    }

    /// @param udaf what the factory made
    /// @param casts of the columns to the types of the factory; null for none
    private record Running(Factory factory, JarObject udaf, Signature.Match match, List<Casts.@Nullable Cast> casts)
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
            @Nullable Object[] widened = match.widen(arguments);
            var columns = new ArrayList<@Nullable Object>();
            for (int at = 0; at < casts.size(); at++) {
                Casts.Cast cast = casts.get(at);
                columns.add(cast == null ? widened[at] : cast.apply(widened[at]));
            }
            JarRow row = factory.row();
            return row == null ? columns.getFirst() : row.made(columns);
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
