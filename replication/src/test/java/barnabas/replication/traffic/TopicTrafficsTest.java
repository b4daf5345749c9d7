package barnabas.replication.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metrics.Reading;
import barnabas.metrics.SeriesLimits;
import org.junit.jupiter.api.Test;

class TopicTrafficsTest {
    private final TopicTraffics traffics = new TopicTraffics(2);

    private Reading read() {
        return read(SeriesLimits.UNLIMITED);
    }

    private Reading read(SeriesLimits limits) {
        var reading = new Reading(0, limits);
        traffics.read(reading);
        return reading;
    }

    @Test
    void deletedTopicsStayInTheSum() {
        traffics.of("a").appended(100, 10);
        traffics.of("b").appended(1, 1);
        traffics.of("b").read(5);
        assertThat(read().number("kafka_server_brokertopicmetrics_bytesin_total", "a"))
                .isEqualTo(100);
        assertThat(read().number("kafka_server_brokertopicmetrics_messagesin_total", ""))
                .isEqualTo(11);
        traffics.deleted("a");
        assertThat(read().number("kafka_server_brokertopicmetrics_bytesin_total", "a"))
                .isZero();
        assertThat(read().number("kafka_server_brokertopicmetrics_bytesin_total", ""))
                .isEqualTo(101);
        assertThat(read().number("kafka_server_brokertopicmetrics_bytesout_total", ""))
                .isEqualTo(5);
        assertThat(read().number("kafka_server_brokertopicmetrics_totalproducerequests_total", ""))
                .isEqualTo(2);
    }

    @Test
    void topicsBeyondTheLimitCountInTheSumOnly() {
        for (int i = 0; i < 5; i++) traffics.of("t" + i).appended(10, 1);
        assertThat(read().number("kafka_server_brokertopicmetrics_bytesin_total", ""))
                .isEqualTo(50);
        assertThat(read().number("kafka_server_brokertopicmetrics_bytesin_total", "t1"))
                .isEqualTo(10);
        assertThat(read().number("kafka_server_brokertopicmetrics_bytesin_total", "t2"))
                .isZero();
        traffics.deleted("t0");
        traffics.of("t2").appended(10, 1);
        assertThat(read().number("kafka_server_brokertopicmetrics_bytesin_total", "t2"))
                .isEqualTo(10);
        assertThat(read().number("kafka_server_brokertopicmetrics_bytesin_total", ""))
                .isEqualTo(60);
    }

    @Test
    void refusedAppendsAndFailedReadsAreCounted() {
        traffics.of("a").refused(70);
        traffics.of("a").readFailed();
        Reading reading = read();
        assertThat(reading.number("kafka_server_brokertopicmetrics_bytesrejected_total", "a"))
                .isEqualTo(70);
        assertThat(reading.number("kafka_server_brokertopicmetrics_failedproducerequests_total", "a"))
                .isEqualTo(1);
        assertThat(reading.number("kafka_server_brokertopicmetrics_totalproducerequests_total", "a"))
                .isEqualTo(1);
        assertThat(reading.number("kafka_server_brokertopicmetrics_failedfetchrequests_total", ""))
                .isEqualTo(1);
    }

    @Test
    void readerLimitsTheTopicsWithSamples() {
        traffics.of("b").appended(10, 1);
        traffics.of("a").appended(10, 1);
        Reading one = read(new SeriesLimits(1, 0, 0, 0));
        assertThat(one.number("kafka_server_brokertopicmetrics_bytesin_total", "a"))
                .isEqualTo(10);
        assertThat(one.number("kafka_server_brokertopicmetrics_bytesin_total", "b"))
                .isZero();
        assertThat(one.number("kafka_server_brokertopicmetrics_bytesin_total", ""))
                .isEqualTo(20);
    }
}
