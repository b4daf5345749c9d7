package barnabas.sql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TransientQueryTest {
    @Test
    void aLateEndIsWaitedFor() {
        var tries = new AtomicInteger();
        assertThat(TransientQuery.isClosed(_ -> tries.incrementAndGet() == 3, "late"))
                .isTrue();
        assertThat(tries).hasValue(3);
    }

    @Test
    void aQueryThatNeverEndsIsLeftAlone() {
        var tries = new AtomicInteger();
        assertThat(TransientQuery.isClosed(_ -> tries.incrementAndGet() < 0, "stuck"))
                .isFalse();
        assertThat(tries).hasPositiveValue();
    }
}
