package barnabas.broker.request;

import barnabas.metrics.Reading;
import java.util.concurrent.atomic.LongAdder;

/// Requests of one kind that wait, and those whose time was over before what they waited for. For any thread.
public final class WaitCounts {
    private final LongAdder waiting = new LongAdder();
    private final LongAdder expired = new LongAdder();

    public void begin() {
        waiting.increment();
    }

    public void end() {
        waiting.decrement();
    }

    public void expire() {
        expired.increment();
    }

    public long expired() {
        return expired.sum();
    }

    /// Adds the number of waiting requests.
    ///
    /// @param operation name that Kafka gives to the kind
    public static void read(Reading reading, String operation, WaitCounts... all) {
        long sum = 0;
        for (WaitCounts each : all) sum += each.waiting.sum();
        reading.add("kafka_server_delayedoperationpurgatory_purgatorysize", sum, operation);
        reading.add("kafka_server_delayedoperationpurgatory_numdelayedoperations", sum, operation);
    }
}
