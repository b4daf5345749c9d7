/// Metrics of a node pushed to an OpenTelemetry receiver (OTLP over HTTP, protobuf) by the OpenTelemetry SDK. Loaded by
/// a node with `barnabas.otlp.endpoint` only. Start reading at [barnabas.otlp.MetricPush].
@NullMarked
package barnabas.otlp;

import org.jspecify.annotations.NullMarked;
