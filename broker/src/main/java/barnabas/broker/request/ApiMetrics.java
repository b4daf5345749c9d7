package barnabas.broker.request;

import barnabas.metrics.Distribution;
import barnabas.metrics.Histogram;
import barnabas.metrics.Reading;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.ResponseMessage;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Counters of one API. For any thread; counting allocates nothing but the counter of an error that is new.
final class ApiMetrics implements IntConsumer {
    /// Codes from -1 on, with room for those of later versions.
    private static final int ERRORS = 256;

    private static final int FORGETTING = 16;

    private final ApiKey key;
    private final boolean mayBeLarge;
    private final LongAdder[] byVersion;
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder successes = new LongAdder();
    private final AtomicReferenceArray<LongAdder> failures = new AtomicReferenceArray<>(ERRORS);
    private final Histogram queueTime = new Histogram();
    private final Histogram localTime = new Histogram();
    private final Histogram remoteTime = new Histogram();
    private final Histogram totalTime = new Histogram();
    private final Histogram throttleTime = new Histogram();

    /// A count that is lost between two threads does no harm.
    private volatile int recentReplyBytesMax;

    ApiMetrics(ApiKey key) {
        this.key = key;
        this.mayBeLarge = LargeAnswers.mayBeLarge(key);
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

    /// Time from the end of [#handled] to the answer, of a request that waited.
    void waited(long nanos) {
        remoteTime.record(nanos);
    }

    /// Time from arrival to answer.
    void answered(long nanos) {
        totalTime.record(nanos);
    }

    /// Time for which the client has to wait after the answer because of its quotas.
    void throttled(long nanos) {
        throttleTime.record(nanos);
    }

    /// Size of the largest reply, each later one taking a sixteenth of the difference away; 0 before the first. Of APIs
    /// in [LargeAnswers] only: nothing is written to this field by produce and fetch.
    int recentReplyBytesMax() {
        return recentReplyBytesMax;
    }

    void replied(ResponseMessage response, int replyBytes) {
        bytesOut.add(replyBytes);
        if (mayBeLarge) {
            int largest = recentReplyBytesMax;
            recentReplyBytesMax = Math.max(replyBytes, largest - (largest - replyBytes) / FORGETTING);
        }
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

    ApiKey key() {
        return key;
    }

    /// Adds the values under a name.
    ///
    /// @param more counters that are added to these
    void read(Reading reading, String api, @Nullable ApiMetrics more) {
        readErrors(reading, api, more);
        readTimes(reading, api, more);
    }

    /// Adds all values but those of errors.
    void readTimes(Reading reading, String api, @Nullable ApiMetrics more) {
        long requests = 0;
        long bytes = bytesIn.sum() + (more == null ? 0 : more.bytesIn.sum());
        long replyBytes = bytesOut.sum() + (more == null ? 0 : more.bytesOut.sum());
        for (int i = 0; i < byVersion.length; i++) {
            long count = byVersion[i].sum() + (more == null ? 0 : more.byVersion[i].sum());
            requests += count;
            if (count > 0)
                reading.add(
                        "kafka_network_requestmetrics_requests_total",
                        count,
                        api,
                        String.valueOf(key.lowestVersion() + i));
        }
        long nanos = reading.nanos();
        Distribution total = totalTime.read(nanos);
        Distribution queue = queueTime.read(nanos);
        Distribution local = localTime.read(nanos);
        Distribution remote = remoteTime.read(nanos);
        Distribution throttle = throttleTime.read(nanos);
        if (more != null) {
            total = total.plus(more.totalTime.read(nanos));
            queue = queue.plus(more.queueTime.read(nanos));
            local = local.plus(more.localTime.read(nanos));
            remote = remote.plus(more.remoteTime.read(nanos));
            throttle = throttle.plus(more.throttleTime.read(nanos));
        }
        reading.add("kafka_network_requestmetrics_totaltimems", total, api);
        reading.add("kafka_network_requestmetrics_requestqueuetimems", queue, api);
        reading.add("kafka_network_requestmetrics_localtimems", local, api);
        reading.add("kafka_network_requestmetrics_remotetimems", remote, api);
        reading.add("kafka_network_requestmetrics_throttletimems", throttle, api);
        reading.add("kafka_network_requestmetrics_requestbytes", Distribution.ofTotals(requests, bytes), api);
        reading.add("barnabas_network_response_bytes", Distribution.ofTotals(total.count(), replyBytes), api);
    }

    private void readErrors(Reading reading, String api, @Nullable ApiMetrics more) {
        String errors = "kafka_network_requestmetrics_errors_total";
        long answered = successes.sum() + (more == null ? 0 : more.successes.sum());
        reading.add(errors, answered, api, ErrorCode.NONE.name());
        // Codes of later versions share a name.
        Map<String, Long> byName = new TreeMap<>();
        addFailures(byName);
        if (more != null) more.addFailures(byName);
        for (Map.Entry<String, Long> each : byName.entrySet())
            reading.add(errors, (long) each.getValue(), api, each.getKey());
    }

    private void addFailures(Map<String, Long> byName) {
        for (int i = 0; i < ERRORS; i++) {
            LongAdder count = failures.get(i);
            if (count == null) continue;
            String name = ErrorCode.of((short) (i - 1)).name();
            byName.put(name, byName.getOrDefault(name, 0L) + count.sum());
        }
    }
}
