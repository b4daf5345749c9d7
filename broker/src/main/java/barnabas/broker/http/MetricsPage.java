package barnabas.broker.http;

import barnabas.base.Clock;
import barnabas.metrics.MetricRegistry;
import barnabas.metrics.PrometheusText;
import barnabas.metrics.Reading;
import barnabas.metrics.SeriesLimits;
import barnabas.net.http.HttpRequest;
import barnabas.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// `/metrics`: one reading at a time, so that many scrapers take no more memory than one.
public final class MetricsPage {
    private final MetricRegistry registry;
    private final Supplier<SeriesLimits> limits;
    private final Clock clock;
    private final ReentrantLock reading = new ReentrantLock();
    private double lastSeconds; // guarded by reading

    /// @param limits those of the moment
    public MetricsPage(MetricRegistry registry, Supplier<SeriesLimits> limits, Clock clock) {
        this.registry = registry;
        this.limits = limits;
        this.clock = clock;
    }

    HttpResponse answer(HttpRequest request) throws InterruptedException {
        PrometheusText.Form form = AcceptedForm.of(request.header("accept"));
        reading.lockInterruptibly();
        try {
            long begun = clock.nanos();
            Reading read = registry.read(begun, limits.get());
            read.add("barnabas_metrics_read_seconds", lastSeconds);
            ByteBuffer text = PrometheusText.write(read, form);
            lastSeconds = (clock.nanos() - begun) / 1e9;
            return HttpResponse.of(form.contentType(), text);
        } finally {
            reading.unlock();
        }
    }
}
