package barnabas.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @Test
    void readsNamesAndAddresses() {
        assertThat(Address.parse("broker-1.example:9092")).isEqualTo(new Address("broker-1.example", 9092));
        assertThat(Address.parse("[::1]:9092")).isEqualTo(new Address("::1", 9092));
        assertThat(Address.parse("[::1]:9092")).hasToString("[::1]:9092");
        assertThat(Address.parseList("a:1, b:2,")).containsExactly(new Address("a", 1), new Address("b", 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host", "host:", "host:port", "host:0", "host:65536", ":9092", "::1:9092"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> Address.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesAnEmptyList() {
        assertThatThrownBy(() -> Address.parseList(" , ")).hasMessageContaining("HOST:PORT");
    }
}
