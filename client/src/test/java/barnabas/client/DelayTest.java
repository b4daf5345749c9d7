package barnabas.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DelayTest {
    private long nowMillis;
    private final List<String> reports = new ArrayList<>();
    private final Delay delay = new Delay(reports::add, () -> nowMillis * 1_000_000);

    private void failed(String reason, long afterMillis) {
        nowMillis += afterMillis;
        delay.failed(reason);
    }

    @Test
    void aReasonIsReportedOnceAfterASecond() {
        failed("a", 0);
        failed("a", 900);
        assertThat(reports).isEmpty();
        failed("a", 100);
        failed("a", 5_000);
        assertThat(reports).containsExactly("a");
        failed("b", 100);
        assertThat(reports).containsExactly("a", "b");
    }

    @Test
    void anotherWaitBeginsAfterASuccess() {
        failed("a", 0);
        failed("a", 900);
        delay.over();
        failed("a", 900);
        assertThat(reports).isEmpty();
        failed("a", 1_000);
        assertThat(reports).containsExactly("a");
    }
}
