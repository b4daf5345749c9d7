package barnabas.sql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Properties;
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

    @Test
    void aFetchThatWaitsHoldsUpNothingForLongUnlessTheServiceIsSetSo() {
        var service = new Properties();
        service.put("consumer.group.instance.id", "server-1");
        assertThat(TransientQuery.settings(service))
                .containsEntry("consumer.fetch.max.wait.ms", 20)
                .containsEntry("consumer.isolation.level", "read_committed")
                .containsEntry("producer.linger.ms", 0)
                .doesNotContainKey("consumer.group.instance.id");
        service.put("fetch.max.wait.ms", "300");
        service.put("producer.linger.ms", "5");
        assertThat(TransientQuery.settings(service))
                .doesNotContainKey("consumer.fetch.max.wait.ms")
                .containsEntry("producer.linger.ms", "5");
    }
}
