package barnabas.metadata.decision;

import barnabas.protocol.Message;
import java.util.List;

/// Decision of the controller: records to append, and the answer once they are committed.
///
/// @param atomic whether all records must go into one batch; otherwise they may be spread over several, in order
public record Decision<R>(List<Message> records, boolean atomic, R reply) {
    /// More records than this in one atomic change are refused, as Kafka does.
    public static final int RECORDS_MAX = 10_000;

    /// Nothing to append.
    public static <R> Decision<R> answer(R reply) {
        return new Decision<>(List.of(), true, reply);
    }

    public static <R> Decision<R> atomic(List<Message> records, R reply) {
        return new Decision<>(List.copyOf(records), true, reply);
    }

    /// For changes that can be arbitrarily many and each of which makes sense alone.
    public static <R> Decision<R> gradual(List<Message> records, R reply) {
        return new Decision<>(List.copyOf(records), false, reply);
    }
}
