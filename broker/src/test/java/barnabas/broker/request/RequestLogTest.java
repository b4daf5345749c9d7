package barnabas.broker.request;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestLogTest {
    @Test
    void lineHasWhoAskedAndTheTimes() {
        var client = ClientState.UNKNOWN.withSoftware("apache-kafka-java", "4.4.0");
        assertThat(RequestLog.line("Fetch v17", "c\n1", client, "10.0.0.7", 120_440_000, 119_000_000))
                .isEqualTo(
                        "Fetch v17 of c?1 (apache-kafka-java 4.4.0, 10.0.0.7) took 120.4 ms, 119.0 ms of them waiting");
        assertThat(RequestLog.line("Fetch v4", "", ClientState.UNKNOWN, "::1", 1, 0))
                .isEqualTo(
                        "Fetch v4 of a client without id (unknown unknown, ::1) took 0.0 ms, 0.0 ms of them waiting");
    }

    @Test
    void nothingIsLoggedUnlessAskedFor() {
        assertThat(RequestLog.wants("c", 0)).isFalse();
        assertThat(RequestLog.wants("c", RequestLog.SLOW_NANOS)).isFalse();
    }
}
