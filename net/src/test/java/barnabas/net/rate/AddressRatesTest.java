package barnabas.net.rate;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.net.ConnectionLimits;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Rates of addresses, by a clock of the test's own.
class AddressRatesTest {
    private static final long SECOND = 1_000_000_000;

    private final AddressRates rates = new AddressRates();

    private static InetAddress address(int number) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
    }

    private int admitted(InetAddress address, int asked, long now) {
        int count = 0;
        for (int i = 0; i < asked; i++) if (rates.admit(address, now) == 0) count++;
        return count;
    }

    @Test
    void eachAddressHasItsRate() throws Exception {
        assertThat(admitted(address(1), 100, 0)).isEqualTo(100);
        rates.limit(new ConnectionLimits.AddressRates(Map.of(address(1), 2), 10));
        assertThat(admitted(address(1), 100, 0)).isEqualTo(2);
        assertThat(admitted(address(2), 100, 0)).isEqualTo(10);
        assertThat(rates.admit(address(1), 0)).isEqualTo(SECOND / 2);
        // Refused ones do not count.
        assertThat(admitted(address(1), 100, SECOND / 2)).isEqualTo(1);
        assertThat(admitted(address(1), 100, 10 * SECOND)).isEqualTo(2);
        rates.limit(new ConnectionLimits.AddressRates(Map.of(), 20));
        assertThat(admitted(address(1), 100, 20 * SECOND)).isEqualTo(20);
        rates.limit(ConnectionLimits.AddressRates.UNLIMITED);
        assertThat(admitted(address(1), 100, 20 * SECOND)).isEqualTo(100);
        assertThat(rates.addresses()).isZero();
    }

    @Test
    void addressesWithoutEndAreBounded() throws Exception {
        rates.limit(new ConnectionLimits.AddressRates(Map.of(), 1));
        for (int i = 0; i < AddressRates.ADDRESSES_MAX; i++)
            assertThat(rates.admit(address(i), 0)).isZero();
        // All that follow within the second share one rate.
        int admitted = 0;
        for (int i = 0; i < 1_000; i++) admitted += admitted(address(AddressRates.ADDRESSES_MAX + i), 1, 0);
        assertThat(admitted).isEqualTo(1);
        assertThat(rates.addresses()).isEqualTo(AddressRates.ADDRESSES_MAX);
        assertThat(rates.admit(address(70_000), 2 * SECOND)).isZero();
        assertThat(rates.addresses()).isEqualTo(1);
    }
}
