package barnabas.broker.telemetry;

import barnabas.protocol.ErrorCode;
import barnabas.protocol.compression.Compression;
import barnabas.protocol.compression.CompressionCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Log of clients' metrics: one line for each number, under a logger of its own, so that the lines can be written
/// elsewhere or turned off (`kafka-configs.sh --entity-type broker-loggers`).
///
/// ```
/// producer-1 kWjZUd2nQ4qQ0Kc1o2zQ1A org.apache.kafka.producer.record.queue.time.avg{partition=0} 1.5
/// ```
public final class ClientMetricsLog {
    public static final String LOGGER = "barnabas.client.metrics";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
    /// Metrics are repetitive; what grows beyond this is no metrics.
    private static final int GROWTH_MAX = 20;

    private ClientMetricsLog() {}

    /// @param points receives the numbers, unless these are no metrics
    /// @return INVALID_RECORD when these are no metrics
    static ErrorCode write(
            TelemetryClient client,
            CompressionCodec codec,
            ByteBuffer metrics,
            Consumer<List<OtlpMetrics.Point>> points) {
        if (!metrics.hasRemaining()) return ErrorCode.NONE;
        long bytesMax = (long) metrics.remaining() * GROWTH_MAX + 4096;
        String who = (client.clientId() + " " + client.id()).replaceAll("\\p{Cntrl}", "?");
        try (InputStream plain = Compression.decompress(codec, metrics, bytesMax)) {
            ByteBuffer bytes = ByteBuffer.wrap(plain.readAllBytes());
            var kept = new ArrayList<OtlpMetrics.Point>();
            OtlpMetrics.read(bytes, point -> {
                if (kept.size() < ClientNumbers.NUMBERS_MAX) kept.add(point);
                if (LOG.isInfoEnabled()) LOG.info("{} {}", who, point.toString().replaceAll("\\p{Cntrl}", "?"));
            });
            points.accept(kept);
            return ErrorCode.NONE;
        } catch (IOException | OtlpMetrics.MalformedMetricsException e) {
            LOG.debug("{} sent malformed metrics: {}", who, e.getMessage());
            return ErrorCode.INVALID_RECORD;
        }
    }
}
