package barnabas.sql.functions;

import barnabas.sql.types.Casts;
import barnabas.sql.types.Coercion;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// Parameters and result of one variant of a function, read from text:
/// `(separator STRING, text STRING...) STRING`. A last parameter with `...` stands for any number of arguments.
public final class Signature {
    private final String text;
    private final List<String> names = new ArrayList<>();
    private final List<TypePattern> parameters = new ArrayList<>();
    private final boolean variadic;
    private final TypePattern result;

    private Signature(String text) {
        this.text = text;
        SignatureText reader = new SignatureText(text);
        this.variadic = reader.parameters(names, parameters);
        this.result = reader.result();
    }

    public static Signature of(String text) {
        return new Signature(text);
    }

    /// A fit of a signature to arguments.
    ///
    /// @param cost 0 for arguments of the very types
    private record Fit(Signature signature, int cost, Map<String, SqlType> bound) {}

    /// The arguments' types as the variant takes them.
    ///
    /// @param index of the variant
    /// @param types types after widening; a lambda's is the one of its result
    /// @param casts conversions of arguments into `types`; null where none is needed
    /// @param returnType result's type as the signature says it
    public record Match(int index, List<SqlType> types, List<Casts.@Nullable Cast> casts, SqlType returnType) {
        /// The arguments of a call, widened.
        public @Nullable Object[] widen(@Nullable Object[] arguments) {
            @Nullable Object @Nullable [] widened = null;
            for (int at = 0; at < arguments.length; at++) {
                Casts.Cast cast = casts.get(at);
                if (cast == null) continue;
                if (widened == null) widened = arguments.clone();
                widened[at] = cast.apply(arguments[at]);
            }
            return widened == null ? arguments : widened;
        }
    }

    /// The variant that fits the arguments best.
    ///
    /// @throws FunctionProblem when none does
    public static Match best(String name, List<Signature> variants, List<Argument> arguments) {
        Fit best = null;
        int index = -1;
        for (int at = 0; at < variants.size(); at++) {
            Optional<Fit> fit = variants.get(at).fit(arguments);
            if (fit.isPresent() && (best == null || fit.get().cost() < best.cost())) {
                best = fit.get();
                index = at;
            }
        }
        if (best == null) throw new FunctionProblem(refusal(name, variants, arguments));
        return best.signature().match(name, index, arguments, best.bound());
    }

    private static String refusal(String name, List<Signature> variants, List<Argument> arguments) {
        StringJoiner given = new StringJoiner(", ", "(", ")");
        for (Argument argument : arguments) given.add(typeText(argument));
        StringJoiner lines = new StringJoiner("\n");
        lines.add("Function '" + name + "' does not accept parameters " + given + ".");
        lines.add("Valid alternatives are:");
        for (Signature variant : variants) lines.add(name + variant.alternative());
        lines.add("DESCRIBE FUNCTION <name>; says more.");
        return lines.toString();
    }

    private static String typeText(Argument argument) {
        return switch (argument) {
            case Argument.Value value -> value.type().toString();
            case Argument.Constant constant -> constant.type().toString();
            case Argument.Lambda _ -> "LAMBDA";
        };
    }

    private String alternative() {
        StringJoiner joined = new StringJoiner(", ", "(", ")");
        for (int at = 0; at < parameters.size(); at++) {
            boolean rest = variadic && at == parameters.size() - 1;
            joined.add(parameters.get(at) + (rest ? "... " : " ") + names.get(at));
        }
        return joined.toString();
    }

    private TypePattern parameter(int argument) {
        return parameters.get(Math.min(argument, parameters.size() - 1));
    }

    private boolean takes(int arguments) {
        return variadic ? arguments >= parameters.size() - 1 : arguments == parameters.size();
    }

    private Optional<Fit> fit(List<Argument> arguments) {
        if (!takes(arguments.size())) return Optional.empty();
        Map<String, SqlType> bound = new HashMap<>();
        int cost = variadic ? 1 : 0;
        for (int at = 0; at < arguments.size(); at++) {
            TypePattern pattern = parameter(at);
            int match = switch (arguments.get(at)) {
                case Argument.Value value -> pattern.match(value.type(), bound);
                case Argument.Constant constant -> pattern.match(constant.type(), bound);
                case Argument.Lambda lambda ->
                    pattern instanceof TypePattern.LambdaOf of
                                    && of.parameters().size() == lambda.parameters()
                            ? 0
                            : TypePattern.NO_MATCH;
            };
            if (match == TypePattern.NO_MATCH) return Optional.empty();
            cost += match;
        }
        return Optional.of(new Fit(this, cost, bound));
    }

    private Match match(String name, int index, List<Argument> arguments, Map<String, SqlType> bound) {
        List<SqlType> types = new ArrayList<>();
        List<Casts.@Nullable Cast> casts = new ArrayList<>();
        for (int at = 0; at < arguments.size(); at++) {
            TypePattern pattern = parameter(at);
            if (arguments.get(at) instanceof Argument.Lambda lambda) {
                TypePattern.LambdaOf of = (TypePattern.LambdaOf) pattern;
                SqlType body = lambda.body()
                        .analyse(of.parameters().stream()
                                .map(parameter -> parameter.type(bound))
                                .toList());
                SqlType wanted = wanted(of.result(), body, bound);
                if (!Coercion.allowed(body, wanted))
                    throw new FunctionProblem("Function '" + name + "': lambda " + (at + 1 - firstLambda(arguments))
                            + " returns " + body + ", expected " + wanted);
                types.add(wanted);
                casts.add(body.equals(wanted) ? null : castOfResults(Casts.cast(body, wanted)));
            } else {
                SqlType given = given(arguments.get(at));
                SqlType wanted = pattern.type(bound);
                types.add(wanted);
                casts.add(given.equals(wanted) || given == SqlType.NULL ? null : Casts.cast(given, wanted));
            }
        }
        return new Match(index, types, casts, result.type(bound));
    }

    private static int firstLambda(List<Argument> arguments) {
        int at = 0;
        while (!(arguments.get(at) instanceof Argument.Lambda)) at++;
        return at;
    }

    /// Type of a lambda's result: the one its variable has, which takes the body's type when it has none.
    private static SqlType wanted(TypePattern result, SqlType body, Map<String, SqlType> bound) {
        if (result instanceof TypePattern.Variable variable)
            bound.merge(variable.name(), body, (before, type) -> before == SqlType.NULL ? type : before);
        return result.type(bound);
    }

    private static Casts.Cast castOfResults(Casts.Cast cast) {
        return lambda -> {
            if (!(lambda instanceof SqlLambda body)) return lambda;
            SqlLambda converted = arguments -> cast.apply(body.apply(arguments));
            return converted;
        };
    }

    private static SqlType given(Argument argument) {
        return switch (argument) {
            case Argument.Value value -> value.type();
            case Argument.Constant constant -> constant.type();
            case Argument.Lambda _ -> throw new IllegalStateException("a lambda has no type");
        };
    }

    /// The text that this was read from.
    @Override
    public String toString() {
        return text;
    }
}
