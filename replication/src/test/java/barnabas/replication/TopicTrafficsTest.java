package barnabas.replication;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metrics.Reading;
import org.junit.jupiter.api.Test;

class TopicTrafficsTest {
    private final TopicTraffics traffics = new TopicTraffics(2);

    private Reading read() {
        var reading = new Reading();
        traffics.read(reading);
        return reading;
    }

    @Test
    void deletedTopicsStayInTheSum() {
        traffics.of("a").appended(100, 10);
        traffics.of("b").appended(1, 1);
        traffics.of("b").read(5);
        assertThat(read().number("topic_bytes_in", "a")).isEqualTo(100);
        assertThat(read().number("records_in")).isEqualTo(11);
        traffics.deleted("a");
        assertThat(read().number("topic_bytes_in", "a")).isZero();
        assertThat(read().number("bytes_in")).isEqualTo(101);
        assertThat(read().number("bytes_out")).isEqualTo(5);
        assertThat(read().number("appends")).isEqualTo(2);
    }

    @Test
    void topicsBeyondTheLimitCountInTheSumOnly() {
        for (int i = 0; i < 5; i++) traffics.of("t" + i).appended(10, 1);
        assertThat(read().number("bytes_in")).isEqualTo(50);
        assertThat(read().number("topic_bytes_in", "t1")).isEqualTo(10);
        assertThat(read().number("topic_bytes_in", "t2")).isZero();
        traffics.deleted("t0");
        traffics.of("t2").appended(10, 1);
        assertThat(read().number("topic_bytes_in", "t2")).isEqualTo(10);
        assertThat(read().number("bytes_in")).isEqualTo(60);
    }
}
