package barnabas.sql.functions;

import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A scalar function out of variants.
public final class Scalar implements ScalarFunction {
    private final Description description;
    private final List<Signature> signatures;
    private final List<Typed> variants;

    private Scalar(Builder builder) {
        this.signatures = List.copyOf(builder.signatures);
        this.variants = List.copyOf(builder.variants);
        this.description = new Description(
                builder.name,
                builder.category,
                builder.overview,
                signatures.stream().map(each -> builder.name + each).toList(),
                List.copyOf(builder.examples));
    }

    /// A variant once the types of its arguments are known.
    @FunctionalInterface
    public interface Typed {
        /// @param types types of the arguments, widened
        /// @param returnType type of the result as the signature says it
        Resolved resolve(List<SqlType> types, SqlType returnType);
    }

    /// @param overview one sentence
    public static Builder named(String name, String category, String overview) {
        return new Builder(name, category, overview);
    }

    @Override
    public Description description() {
        return description;
    }

    @Override
    public Resolved resolve(List<Argument> arguments) {
        Signature.Match match = Signature.best(name(), signatures, arguments);
        Resolved resolved = variants.get(match.index()).resolve(match.types(), match.returnType());
        Call call = resolved.call();
        boolean widens = match.casts().stream().anyMatch(cast -> cast != null);
        return widens ? new Resolved(resolved.returnType(), given -> call.call(match.widen(given))) : resolved;
    }

    /// The function while its variants are collected.
    public static final class Builder {
        private final String name;
        private final String category;
        private final String overview;
        private final List<Signature> signatures = new ArrayList<>();
        private final List<Typed> variants = new ArrayList<>();
        private final List<String> examples = new ArrayList<>();

        private Builder(String name, String category, String overview) {
            this.name = name;
            this.category = category;
            this.overview = overview;
        }

        /// A variant that is null when one of its arguments is.
        public Builder strict(String signature, StrictCall call) {
            return variant(signature, arguments -> {
                for (Object argument : arguments) if (argument == null) return null;
                return call.call(present(arguments));
            });
        }

        @SuppressWarnings("NullAway") // looked at by the caller
        private static Object[] present(@Nullable Object[] arguments) {
            return arguments;
        }

        /// A variant that looks at nulls itself.
        public Builder variant(String signature, Call call) {
            return typed(signature, (_, returnType) -> new Resolved(returnType, call));
        }

        /// A variant whose work depends on the types.
        public Builder typed(String signature, Typed typed) {
            signatures.add(Signature.of(signature));
            variants.add(typed);
            return this;
        }

        /// A variant with a state of its own in every call that is resolved.
        public Builder strictWith(String signature, Supplier<StrictCall> calls) {
            return typed(signature, (_, returnType) -> {
                StrictCall call = calls.get();
                return new Resolved(returnType, arguments -> {
                    for (Object argument : arguments) if (argument == null) return null;
                    return call.call(present(arguments));
                });
            });
        }

        /// A call and its result, as `ABS(-1) => 1`.
        public Builder example(String example) {
            examples.add(example);
            return this;
        }

        public Scalar build() {
            return new Scalar(this);
        }
    }

    /// A call whose arguments are not null.
    @FunctionalInterface
    public interface StrictCall {
        @Nullable
        Object call(Object[] arguments);
    }
}
