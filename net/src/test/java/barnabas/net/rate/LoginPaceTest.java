package barnabas.net.rate;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class LoginPaceTest {
    private static final long SECOND = 1_000_000_000;

    private final LoginPace pace = new LoginPace();

    private static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(new byte[] {10, 0, (byte) (number >> 8), (byte) number});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private int admitted(int number, int attempts, long nanos) {
        int admitted = 0;
        for (int i = 0; i < attempts; i++)
            if (!pace.counts(address(number), nanos) || pace.admit(nanos) == 0) admitted++;
        return admitted;
    }

    @Test
    void addressesWithoutFailuresAreLetInAtOnce() {
        pace.failed(address(1), 0);
        assertThat(admitted(2, 10_000, 0)).isEqualTo(10_000);
    }

    @Test
    void addressesWithFailuresShareOneRate() {
        pace.failed(address(1), 0);
        pace.failed(address(2), 0);
        assertThat(admitted(1, 1_000, 0) + admitted(2, 1_000, 0)).isEqualTo(LoginPace.AFTER_FAILURES_MAX);
        assertThat(admitted(2, 1_000, SECOND / 2)).isEqualTo(LoginPace.AFTER_FAILURES_MAX / 2);
        long wait = pace.admit(SECOND / 2);
        assertThat(wait).isPositive();
        assertThat(pace.admit(SECOND / 2 + wait)).isZero();
    }

    @Test
    void failuresAreForgotten() {
        pace.failed(address(1), 0);
        assertThat(admitted(1, 10_000, 11 * SECOND)).isEqualTo(10_000);
        assertThat(pace.addresses()).isZero();
        pace.failed(address(1), 12 * SECOND);
        pace.failed(address(1), 20 * SECOND);
        assertThat(admitted(1, 10_000, 25 * SECOND)).isEqualTo(LoginPace.AFTER_FAILURES_MAX);
    }

    @Test
    void addressesThatAreKnownHaveALimit() {
        for (int i = 0; i <= LoginPace.FAILED_ADDRESSES_MAX; i++) pace.failed(address(i), i);
        assertThat(pace.addresses()).isEqualTo(LoginPace.FAILED_ADDRESSES_MAX);
        assertThat(admitted(0, 10_000, SECOND)).isEqualTo(10_000);
        assertThat(admitted(1, 10_000, SECOND)).isEqualTo(LoginPace.AFTER_FAILURES_MAX);
    }
}
