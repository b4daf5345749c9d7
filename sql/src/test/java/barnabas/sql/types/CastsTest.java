package barnabas.sql.types;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Numbers that are short to write and long to write out.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class CastsTest {
    private static final SqlType.Decimal PRICE = new SqlType.Decimal(4, 2);

    private static Object price(String text) {
        return Casts.cast(SqlType.STRING, PRICE).apply(text);
    }

    @Test
    void numbersOfAnyExponentAreRounded() {
        var nothing = new BigDecimal("0.00");
        for (String each : new String[] {
            "1e-400000000", "-1e-400000000", "0e-400000000", "0e400000000", "999e-2147483640", "0.0049", "4e-3", "49e-4"
        }) assertThat(price(each)).as(each).isEqualTo(nothing);
        assertThat(price("5e-3")).isEqualTo(new BigDecimal("0.01"));
        assertThat(price("99e-4")).isEqualTo(new BigDecimal("0.01"));
        assertThat(price("-0.005")).isEqualTo(new BigDecimal("-0.01"));
        assertThat(price("99.994")).isEqualTo(new BigDecimal("99.99"));
        assertThatThrownBy(() -> price("99.995")).isInstanceOf(ValueProblem.class);
        assertThatThrownBy(() -> price("1e400000000")).isInstanceOf(ValueProblem.class);
    }

    /// A million digits take 18 seconds, ten million half an hour.
    @Test
    void numbersOfMillionsOfDigitsAreRefused() {
        String digits = "7".repeat(10_000_000);
        assertThatThrownBy(() -> price(digits)).isInstanceOf(ValueProblem.class);
        assertThatThrownBy(() -> price("0." + digits))
                .isInstanceOf(ValueProblem.class)
                .satisfies(each -> assertThat(String.valueOf(each.getMessage())).hasSizeLessThan(2_000));
    }

    @Test
    void typesHaveAtMostAThousandDigits() {
        assertThat(SqlType.decimal(1_000, 1_000)).isEqualTo(SqlType.parse("DECIMAL(1000, 1000)"));
        for (String each : new String[] {"DECIMAL(1001, 0)", "DECIMAL(900000000, 900000000)"})
            assertThatThrownBy(() -> SqlType.parse(each))
                    .isInstanceOf(TypeProblem.class)
                    .hasMessageContaining("1000");
    }
}
