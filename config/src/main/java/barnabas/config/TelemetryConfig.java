package barnabas.config;

import barnabas.config.keys.Values;
import java.util.List;

/// Metrics of the broker and of its clients (KIP-714).
public record TelemetryConfig(
        int clientPushBytesMax,
        int samples,
        long sampleWindowMillis,
        String recordingLevel,
        List<String> reporterClasses) {

    static TelemetryConfig of(Values values) {
        return new TelemetryConfig(
                values.integer("telemetry.max.bytes"),
                values.integer("metrics.num.samples"),
                values.number("metrics.sample.window.ms"),
                values.string("metrics.recording.level"),
                values.list("metric.reporters"));
    }
}
