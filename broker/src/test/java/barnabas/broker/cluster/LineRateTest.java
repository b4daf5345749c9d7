package barnabas.broker.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LineRateTest {
    private static final long SECOND = 1_000_000_000;

    @Test
    void oneLineASecondCountsTheOthers() {
        var lines = new LineRate(5);
        assertThat(lines.take(5)).isZero();
        for (int i = 0; i < 1_000; i++) assertThat(lines.take(5 + i)).isEqualTo(LineRate.LEFT_OUT);
        assertThat(lines.take(4 + SECOND)).isEqualTo(LineRate.LEFT_OUT);
        assertThat(lines.take(5 + SECOND)).isEqualTo(1_001);
        assertThat(lines.take(6 + SECOND)).isEqualTo(LineRate.LEFT_OUT);
        assertThat(lines.take(5 + 3 * SECOND)).isOne();
    }

    @Test
    void theClockMayHaveAnyOrigin() {
        var lines = new LineRate(Long.MAX_VALUE);
        assertThat(lines.take(Long.MAX_VALUE)).isZero();
        assertThat(lines.take(Long.MIN_VALUE)).isEqualTo(LineRate.LEFT_OUT);
        assertThat(lines.take(Long.MIN_VALUE + SECOND)).isOne();
    }
}
