package barnabas.broker.http;

import barnabas.base.Clock;
import barnabas.metrics.MetricRegistry;
import barnabas.metrics.PrometheusText;
import barnabas.metrics.PrometheusText.Form;
import barnabas.metrics.Reading;
import barnabas.metrics.SeriesLimits;
import barnabas.net.http.HttpRequest;
import barnabas.net.http.HttpResponse;
import java.lang.ref.SoftReference;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// `/metrics`: one reading at a time, and at most a fifth of the time: requests that come sooner get the text of the
/// reading before. However often the page is asked for, it takes no more than a part of one processor.
public final class MetricsPage {
    /// Pause after a reading, by the time that it took.
    private static final int PAUSE_FACTOR = 4;

    private record Page(ByteBuffer text, long freshUntilNanos) {}

    private final MetricRegistry registry;
    private final Supplier<SeriesLimits> limits;
    private final Clock clock;
    private final ReentrantLock reading = new ReentrantLock();
    /// The last text in each form, as long as memory is not needed for something else.
    private final Map<Form, SoftReference<Page>> pages = new EnumMap<>(Form.class); // guarded by reading

    private double lastSeconds; // guarded by reading
    private int lastBytes; // guarded by reading

    /// @param limits those of the moment
    public MetricsPage(MetricRegistry registry, Supplier<SeriesLimits> limits, Clock clock) {
        this.registry = registry;
        this.limits = limits;
        this.clock = clock;
    }

    HttpResponse answer(HttpRequest request) throws InterruptedException {
        Form form = AcceptedForm.of(request.header("accept"));
        reading.lockInterruptibly();
        try {
            return HttpResponse.of(form.contentType(), text(form));
        } finally {
            reading.unlock();
        }
    }

    private ByteBuffer text(Form form) {
        long begun = clock.nanos();
        SoftReference<Page> kept = pages.get(form);
        Page before = kept == null ? null : kept.get();
        if (before != null && begun - before.freshUntilNanos < 0) return before.text;
        Reading read = registry.read(begun, limits.get());
        read.add("barnabas_metrics_read_seconds", lastSeconds);
        ByteBuffer text = PrometheusText.write(read, form, lastBytes + lastBytes / 16);
        lastBytes = text.remaining();
        long ended = clock.nanos();
        lastSeconds = (ended - begun) / 1e9;
        pages.put(form, new SoftReference<>(new Page(text, ended + PAUSE_FACTOR * (ended - begun))));
        return text;
    }
}
