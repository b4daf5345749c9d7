package barnabas.broker.telemetry;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the numbers out of metrics in the OpenTelemetry protocol, which is what clients push (KIP-714). Gauges and
/// sums only: Kafka's clients have no others; the rest is passed over.
///
/// ```
/// MetricsData      1: ResourceMetrics*
/// ResourceMetrics  2: ScopeMetrics*
/// ScopeMetrics     2: Metric*
/// Metric           1: name   5: Gauge   7: Sum
/// Gauge, Sum       1: NumberDataPoint*   2: of a Sum, 1 for differences (temporality)
/// NumberDataPoint  7: KeyValue*   4: double   6: sfixed64
/// KeyValue         1: key   2: AnyValue      AnyValue  1: string
/// ```
final class OtlpMetrics {
    private static final int DELTA = 1;

    /// The wire types of protocol buffers.
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED32 = 5;

    private OtlpMetrics() {}

    /// The bytes are no such message.
    static final class MalformedMetricsException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedMetricsException(String message) {
            super(message);
        }
    }

    /// @param labels in the order in which they came
    /// @param isSum whether the number only grows
    /// @param isDelta whether the value is what a sum has grown by since the push before
    record Point(String name, Map<String, String> labels, double value, boolean isSum, boolean isDelta) {
        /// `name{key=value,...} 1.5`
        @Override
        public String toString() {
            var shown = new StringJoiner(",", "{", "}").setEmptyValue("");
            labels.forEach((key, label) -> shown.add(key + "=" + label));
            return name + shown + " " + value;
        }
    }

    static void read(ByteBuffer metrics, Consumer<Point> points) throws MalformedMetricsException {
        try {
            var data = new Fields(metrics.duplicate());
            while (data.next()) {
                if (data.is(1)) readScopes(data.message(), points);
            }
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new MalformedMetricsException("the metrics end too early");
        }
    }

    private static void readScopes(Fields resource, Consumer<Point> points) throws MalformedMetricsException {
        while (resource.next()) {
            if (!resource.is(2)) continue;
            Fields scope = resource.message();
            while (scope.next()) {
                if (scope.is(2)) readMetric(scope.message(), points);
            }
        }
    }

    private static void readMetric(Fields metric, Consumer<Point> points) throws MalformedMetricsException {
        String name = "";
        while (metric.next()) {
            if (metric.is(1)) name = metric.text();
            if (!metric.is(5) && !metric.is(7)) continue;
            boolean isSum = metric.is(7);
            boolean isDelta = isSum && isDelta(metric.message());
            Fields numbers = metric.message();
            while (numbers.next()) {
                if (numbers.is(1)) points.accept(point(name, isSum, isDelta, numbers.message()));
            }
        }
    }

    private static boolean isDelta(Fields sum) throws MalformedMetricsException {
        while (sum.next()) if (sum.isNumber(2)) return sum.number == DELTA;
        return false;
    }

    private static Point point(String name, boolean isSum, boolean isDelta, Fields point)
            throws MalformedMetricsException {
        var labels = new LinkedHashMap<String, String>();
        double value = 0;
        while (point.next()) {
            if (point.is(7)) readLabel(point.message(), labels);
            else if (point.isNumber(4)) value = Double.longBitsToDouble(point.number);
            else if (point.isNumber(6)) value = point.number;
        }
        return new Point(name, labels, value, isSum, isDelta);
    }

    private static void readLabel(Fields pair, Map<String, String> labels) throws MalformedMetricsException {
        String key = "";
        String value = "";
        while (pair.next()) {
            if (pair.is(1)) key = pair.text();
            if (!pair.is(2)) continue;
            Fields any = pair.message();
            while (any.next()) {
                if (any.is(1)) value = any.text();
            }
        }
        labels.put(key, value);
    }

    /// The fields of one message, one after the other.
    private static final class Fields {
        private final ByteBuffer bytes;
        private int field;
        /// Of a field of a fixed size or a varint.
        private long number;

        private @Nullable ByteBuffer content;

        Fields(ByteBuffer bytes) {
            this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
        }

        boolean next() throws MalformedMetricsException {
            if (!bytes.hasRemaining()) return false;
            long tag = varint();
            field = (int) (tag >>> 3);
            content = null;
            switch ((int) tag & 7) {
                case VARINT -> number = varint();
                case FIXED64 -> number = bytes.getLong();
                case FIXED32 -> number = bytes.getInt();
                case BYTES -> {
                    long size = varint();
                    if (size < 0 || size > bytes.remaining()) {
                        throw new MalformedMetricsException("a field of " + size + " bytes in " + bytes.remaining());
                    }
                    content = bytes.slice(bytes.position(), (int) size);
                    bytes.position(bytes.position() + (int) size);
                }
                default -> throw new MalformedMetricsException("wire type " + (tag & 7));
            }
            return true;
        }

        private long varint() throws MalformedMetricsException {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte next = bytes.get();
                value |= (long) (next & 0x7F) << shift;
                if (next >= 0) return value;
            }
            throw new MalformedMetricsException("a number of more than ten bytes");
        }

        boolean is(int wanted) {
            return field == wanted && content != null;
        }

        boolean isNumber(int wanted) {
            return field == wanted && content == null;
        }

        Fields message() {
            return new Fields(bytes());
        }

        String text() {
            return StandardCharsets.UTF_8.decode(bytes()).toString();
        }

        private ByteBuffer bytes() {
            if (content == null) throw new IllegalStateException("bug: field " + field + " has no bytes");
            return content.duplicate();
        }
    }
}
