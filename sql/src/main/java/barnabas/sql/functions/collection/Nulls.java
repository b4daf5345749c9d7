package barnabas.sql.functions.collection;

import barnabas.sql.functions.Scalar;
import barnabas.sql.functions.SqlFunction;
import barnabas.sql.types.Comparison;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Functions of values of any type: those that look at nulls, the largest and smallest, and identifiers.
public final class Nulls {
    private static final String CATEGORY = "Nulls";

    private Nulls() {}

    public static List<SqlFunction> all(RandomGenerator random) {
        return List.of(
                Scalar.named("AS_VALUE", "Numeric", "Copies a key column into the value of a row.")
                        .variant("(key T) T", a -> a[0])
                        .example("AS_VALUE(7) => 7")
                        .build(),
                Scalar.named("COALESCE", CATEGORY, "Returns the first argument that is not null.")
                        .variant("(first T, more T...) T", a -> {
                            for (Object each : a) if (each != null) return each;
                            return null;
                        })
                        .example("COALESCE(NULL, NULL, 3, 4) => 3")
                        .build(),
                Scalar.named("IFNULL", CATEGORY, "Returns the first argument, or the second if that is null.")
                        .variant("(value T, otherwise T) T", a -> a[0] != null ? a[0] : a[1])
                        .example("IFNULL(NULL, 'none') => 'none'")
                        .build(),
                Scalar.named("NULLIF", CATEGORY, "Returns null if both arguments are equal, the first one otherwise.")
                        .variant("(left T, right T) T", a -> Comparison.equal(a[0], a[1]) ? null : a[0])
                        .example("NULLIF(1, 1) => NULL")
                        .example("NULLIF(1, 2) => 1")
                        .build(),
                Scalar.named("GREATEST", "Numeric", "Returns the largest argument that is not null.")
                        .variant("(first T, more T...) T", a -> outermost(a, 1))
                        .example("GREATEST(1, NULL, 3, 2) => 3")
                        .build(),
                Scalar.named("LEAST", "Numeric", "Returns the smallest argument that is not null.")
                        .variant("(first T, more T...) T", a -> outermost(a, -1))
                        .example("LEAST('b', NULL, 'a') => 'a'")
                        .build(),
                Scalar.named("UUID", "Strings", "Returns a random UUID of version 4, or the text of one in 16 bytes.")
                        .variant("() STRING", _ -> random(random.nextLong(), random.nextLong()))
                        .strict("(bytes BYTES) STRING", a -> {
                            ByteBuffer bytes = ((ByteBuffer) a[0]).duplicate();
                            return bytes.remaining() == 16
                                    ? new UUID(bytes.getLong(), bytes.getLong()).toString()
                                    : null;
                        })
                        .example("LEN(UUID()) => 36")
                        .build());
    }

    private static @Nullable Object outermost(@Nullable Object[] arguments, int sign) {
        Object found = null;
        for (Object each : arguments)
            if (each != null && (found == null || sign * Comparison.compare(each, found) > 0)) found = each;
        return found;
    }

    private static String random(long high, long low) {
        return new UUID((high & ~0xf000L) | 0x4000L, (low >>> 2) | 0x8000_0000_0000_0000L).toString();
    }
}
