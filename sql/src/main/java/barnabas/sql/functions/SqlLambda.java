package barnabas.sql.functions;

import org.jspecify.annotations.Nullable;

/// A lambda while a record is processed.
@FunctionalInterface
public interface SqlLambda {
    @Nullable
    Object apply(@Nullable Object... arguments);
}
