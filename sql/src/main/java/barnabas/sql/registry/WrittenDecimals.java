package barnabas.sql.registry;

import barnabas.sql.types.SqlType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.apache.kafka.common.errors.SerializationException;

/// Decimals whose digits lie in records and whose scale is in their schema, which other programs write. A scale of
/// 900,000,000 takes 9 bytes there and a gigabyte in a number whose places are written out.
final class WrittenDecimals {
    private static final int SCALE_MAX = SqlType.Decimal.PRECISION_MAX;
    private static final int UNSCALED_BITS_MAX = 4 * SqlType.Decimal.PRECISION_MAX;
    /// Bytes of a `fixed` that holds a decimal.
    static final int BYTES_MAX = 1 << 10;

    private WrittenDecimals() {}

    /// @throws SerializationException when it is no number of the type
    static BigDecimal fitted(BigInteger unscaled, int scale, SqlType.Decimal type) {
        checkScale(scale);
        if (unscaled.bitLength() > UNSCALED_BITS_MAX)
            throw new SerializationException(
                    "A decimal of " + unscaled.bitLength() + " bits has more digits than " + type);
        var number = new BigDecimal(unscaled, scale);
        try {
            BigDecimal scaled = number.setScale(type.scale(), RoundingMode.UNNECESSARY);
            if (scaled.precision() <= type.precision()) return scaled;
        } catch (ArithmeticException e) {
            throw new SerializationException(number + " has more digits than " + type, e);
        }
        throw new SerializationException(number + " has more digits than " + type);
    }

    static void checkScale(int scale) {
        if (Math.abs((long) scale) > SCALE_MAX)
            throw new SerializationException("A decimal with the scale " + scale + " is not supported");
    }
}
