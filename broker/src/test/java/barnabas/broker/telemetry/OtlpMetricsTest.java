package barnabas.broker.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.broker.telemetry.OtlpMetrics.MalformedMetricsException;
import barnabas.broker.telemetry.OtlpMetrics.Point;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.shaded.io.opentelemetry.proto.common.v1.AnyValue;
import org.apache.kafka.shaded.io.opentelemetry.proto.common.v1.KeyValue;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.Gauge;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.Metric;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.MetricsData;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import org.apache.kafka.shaded.io.opentelemetry.proto.metrics.v1.Sum;
import org.junit.jupiter.api.Test;

/// With the classes that the official client writes its metrics with.
class OtlpMetricsTest {
    private static byte[] metrics() {
        var partition = KeyValue.newBuilder()
                .setKey("partition")
                .setValue(AnyValue.newBuilder().setStringValue("0"));
        var gauge = NumberDataPoint.newBuilder()
                .addAttributes(partition)
                .setTimeUnixNano(17)
                .setAsDouble(1.5);
        var sum = NumberDataPoint.newBuilder().setAsInt(-3);
        var scope = ScopeMetrics.newBuilder()
                .addMetrics(Metric.newBuilder()
                        .setName("queue.time")
                        .setGauge(Gauge.newBuilder().addDataPoints(gauge)))
                .addMetrics(Metric.newBuilder()
                        .setName("records")
                        .setSum(Sum.newBuilder().setIsMonotonic(true).addDataPoints(sum)));
        return MetricsData.newBuilder()
                .addResourceMetrics(ResourceMetrics.newBuilder().addScopeMetrics(scope))
                .build()
                .toByteArray();
    }

    private static Stream<String> read(byte[] bytes) throws MalformedMetricsException {
        var points = new ArrayList<Point>();
        OtlpMetrics.read(ByteBuffer.wrap(bytes), points::add);
        return points.stream().map(Point::toString);
    }

    @Test
    void everyNumberIsRead() throws MalformedMetricsException {
        assertThat(read(metrics())).containsExactly("queue.time{partition=0} 1.5", "records -3.0");
    }

    @Test
    void truncatedMetricsAreRefused() {
        byte[] bytes = metrics();
        for (int size = 1; size < bytes.length; size++) {
            byte[] cut = java.util.Arrays.copyOf(bytes, size);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(MalformedMetricsException.class);
        }
    }

    @Test
    void garbageIsRefusedOrReadAsNothing() {
        for (long seed = 0; seed < 2_000; seed++) {
            var random = new SplittableRandom(seed);
            byte[] bytes = metrics();
            for (int i = 0; i < 3; i++) bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            try {
                assertThat(read(bytes)).as("seed %d", seed).hasSizeLessThan(10);
            } catch (MalformedMetricsException expected) {
                assertThat(expected).hasMessageMatching(".+");
            }
        }
    }
}
