package barnabas.sim;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/// Transactions as clients saw them, and the records that are visible in the end.
///
/// @param transactions all that were begun, in any order
/// @param committed what a read_committed consumer finds in the end, by partition, in order
record History(List<Attempt> transactions, Map<TopicPartition, List<Observed>> committed) {
    enum Outcome {
        COMMITTED,
        ABORTED,
        /// The client cannot know: it crashed, or the answer never came.
        UNKNOWN
    }

    /// One transaction as its client saw it.
    ///
    /// @param client writes of one client into one partition have to stay in order
    /// @param number rises with every transaction of the client
    record Attempt(int client, int number, List<Write> writes, List<Observed> reads, Outcome outcome) {
        String name() {
            return "T" + client + "." + number;
        }
    }

    /// @param value unique in the whole history
    /// @param offset as acknowledged, -1 when there was no acknowledgement
    record Write(TopicPartition partition, long value, long offset) {}

    record Observed(TopicPartition partition, long offset, long value) {}
}
