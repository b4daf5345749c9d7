package barnabas.otlp;

import barnabas.base.Causes;
import barnabas.base.Clock;
import barnabas.base.Schedule;
import barnabas.broker.push.PushedNode;
import barnabas.config.MonitoringConfig;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.common.ComponentLoader;
import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporterBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the metrics once an interval and sends them. One push at a time and none kept: counts are cumulative, so that
/// the next push has what a failed one had.
final class MetricPush implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MetricPush.class);
    private static final long NANOS = 1_000_000;

    private final PushedNode node;
    private final MonitoringConfig.Otlp target;
    private final Clock clock;
    private final Resource resource;
    private final long startNanos;
    private final ExecutorService sending;
    private final OtlpHttpMetricExporter exporter;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition answered = lock.newCondition();
    private long failures; // of the pushing thread: since the last push that was taken
    private final Schedule schedule;

    MetricPush(PushedNode node) {
        this.node = node;
        target = node.target();
        clock = node.clock();
        resource = Resource.create(Attributes.builder()
                .put("service.name", "barnabas")
                .put("service.namespace", node.clusterId())
                .put("service.instance.id", String.valueOf(node.nodeId()))
                .build());
        startNanos = clock.millis() * NANOS;
        ExporterLog.silence();
        sending = node.threads().pool("metric-push-http", 1);
        exporter = exporter(target, sending);
        schedule = new Schedule("metric-push", clock, node.threads());
        schedule.everyMillis(target.intervalMillis(), this::run);
    }

    private static OtlpHttpMetricExporter exporter(MonitoringConfig.Otlp target, ExecutorService sending) {
        Duration timeout = Duration.ofMillis(target.timeoutMillis());
        OtlpHttpMetricExporterBuilder builder = OtlpHttpMetricExporter.builder()
                .setComponentLoader(ComponentLoader.forClassLoader(MetricPush.class.getClassLoader()))
                .setEndpoint(target.endpoint())
                .setCompression("gzip")
                .setTimeout(timeout)
                .setConnectTimeout(timeout)
                .setRetryPolicy(null) // the next push is the retry
                .setExecutorService(sending);
        target.headers().forEach(builder::addHeader);
        return builder.build();
    }

    private void run() {
        try {
            push();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void push() throws InterruptedException {
        var points = new MetricPoints(resource, startNanos, clock.millis() * NANOS);
        for (List<MetricData> request : points.requests(node.metrics().get())) {
            CompletableResultCode sent = exporter.export(request);
            await(sent);
            if (sent.isSuccess()) continue;
            failed(sent.getFailureThrowable());
            return;
        }
        if (failures > 0)
            LOG.info("Metrics are pushed to {} again, after {} failed pushes", target.endpoint(), failures);
        failures = 0;
    }

    /// Waits for the end of a request, with a time-out of its own although the exporter has one.
    private void await(CompletableResultCode sent) throws InterruptedException {
        sent.whenComplete(this::signal);
        long until = clock.nanos() + 2L * target.timeoutMillis() * NANOS;
        lock.lockInterruptibly();
        try {
            while (!sent.isDone() && clock.nanos() - until < 0) clock.awaitUntil(lock, answered, until);
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            answered.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// One line for the first of several.
    private void failed(@Nullable Throwable cause) {
        failures++;
        if (failures > 1) return;
        LOG.warn(
                "Metrics cannot be pushed to {}: {}. Trying again every {} ms, without a line until it works",
                target.endpoint(),
                cause == null ? "no answer within " + target.timeoutMillis() + " ms" : reason(cause),
                target.intervalMillis());
    }

    private static String reason(Throwable cause) {
        if (cause instanceof FailedExportException.HttpExportException refused && refused.getResponse() != null)
            return "status " + refused.getResponse().getStatusCode();
        Throwable last = Causes.innermost(cause);
        String message = last.getMessage();
        return message == null ? last.getClass().getSimpleName() : message;
    }

    /// Ends the push that is on its way.
    @Override
    public void close() {
        schedule.closeNow();
        sending.shutdownNow();
        var _ = exporter.shutdown();
    }
}
