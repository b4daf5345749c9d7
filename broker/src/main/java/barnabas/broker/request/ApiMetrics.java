package barnabas.broker.request;

import barnabas.metrics.Histogram;
import barnabas.metrics.Metric;
import barnabas.metrics.Metric.Unit;
import barnabas.metrics.Reading;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;

/// Counters of one API. For any thread; counting allocates nothing but the counter of an error that is new.
final class ApiMetrics implements IntConsumer {
    /// Codes from -1 on, with room for those of later versions.
    private static final int ERRORS = 256;

    private final ApiKey key;
    private final LongAdder[] byVersion;
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder successes = new LongAdder();
    private final AtomicReferenceArray<LongAdder> failures = new AtomicReferenceArray<>(ERRORS);
    private final Histogram queueTime = new Histogram();
    private final Histogram localTime = new Histogram();
    private final Histogram totalTime = new Histogram();

    ApiMetrics(ApiKey key) {
        this.key = key;
        this.byVersion = new LongAdder[key.highestVersion() - key.lowestVersion() + 1];
        for (int i = 0; i < byVersion.length; i++) byVersion[i] = new LongAdder();
    }

    /// A request of a version that exists.
    void arrived(short version, int frameBytes) {
        byVersion[version - key.lowestVersion()].increment();
        bytesIn.add(frameBytes);
    }

    /// Time until a thread began with the request.
    void queued(long nanos) {
        queueTime.record(nanos);
    }

    /// Time on the thread that began with the request, until it was answered or waits.
    void handled(long nanos) {
        localTime.record(nanos);
    }

    /// Time from arrival to answer.
    void answered(long nanos) {
        totalTime.record(nanos);
    }

    void replied(ResponseMessage response, long replyBytes) {
        bytesOut.add(replyBytes);
        int none = response.countErrors(this);
        if (none > 0) successes.add(none);
    }

    /// An error code other than NONE in an answer.
    @Override
    public void accept(int code) {
        int index = code + 1 >= 0 && code + 1 < ERRORS ? code + 1 : 0;
        LongAdder count = failures.get(index);
        if (count == null) {
            failures.compareAndSet(index, null, new LongAdder());
            count = failures.get(index);
        }
        count.increment();
    }

    void read(Reading reading) {
        String api = key.apiName();
        for (int i = 0; i < byVersion.length; i++) {
            if (byVersion[i].sum() > 0)
                reading.add(Names.REQUESTS, byVersion[i].sum(), api, String.valueOf(key.lowestVersion() + i));
        }
        reading.add(Names.BYTES_IN, bytesIn.sum(), api);
        reading.add(Names.BYTES_OUT, bytesOut.sum(), api);
        reading.add(Names.ERROR_CODES, successes.sum(), api, ErrorCode.NONE.name());
        for (int i = 0; i < ERRORS; i++) {
            LongAdder count = failures.get(i);
            if (count != null)
                reading.add(
                        Names.ERROR_CODES,
                        count.sum(),
                        api,
                        ErrorCode.of((short) (i - 1)).name());
        }
        reading.add(Names.QUEUE_TIME, queueTime.read(), api);
        reading.add(Names.LOCAL_TIME, localTime.read(), api);
        reading.add(Names.TOTAL_TIME, totalTime.read(), api);
    }

    /// Loaded by the first reader.
    private static final class Names {
        private static final Metric REQUESTS =
                Metric.counter("requests", Unit.NONE, "Requests by API and version.", "request", "version");
        private static final Metric BYTES_IN =
                Metric.counter("request_bytes", Unit.BYTES, "Bytes of requests.", "request");
        private static final Metric BYTES_OUT =
                Metric.counter("response_bytes", Unit.BYTES, "Bytes of answers, with the records in them.", "request");
        private static final Metric ERROR_CODES =
                Metric.counter("errors", Unit.NONE, "Error codes in answers, NONE included.", "request", "error");
        private static final Metric QUEUE_TIME = Metric.histogram(
                "request_queue_time", Unit.NANOS, "Time until a thread began with the request.", "request");
        private static final Metric LOCAL_TIME = Metric.histogram(
                "request_local_time",
                Unit.NANOS,
                "Time of that thread, until it answered or let the request wait.",
                "request");
        private static final Metric TOTAL_TIME =
                Metric.histogram("request_total_time", Unit.NANOS, "Time from arrival to answer.", "request");
    }
}
