package barnabas.broker.validation;

import barnabas.log.AppendResult;
import barnabas.log.RecordGate;
import barnabas.protocol.ErrorCode;
import barnabas.replication.LeaderAppend;
import barnabas.replication.Partition;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// An append off the event loop, which may have to wait for the schema registry: records that it does not know are
/// looked at again when everything was read that is in its topic.
///
/// @param append the last outcome
/// @param undecided error when the records could not be looked at again; null when the outcome counts
/// @param message for people, with an error
public record GatedAppend(
        LeaderAppend append,
        @Nullable ErrorCode undecided,
        @Nullable String message) {
    /// One opens the gate, one reads the schema that a record names; one in between may be another append's, which had
    /// begun before this record came.
    private static final int REFRESHES_MAX = 3;

    /// May block.
    ///
    /// @param work appends in a way that may be tried again after a refusal
    public static GatedAppend run(Partition partition, Supplier<LeaderAppend> work) {
        RecordGate before = partition.log().config().gate();
        int reads = before instanceof TopicGate gate ? gate.reads() : -1;
        LeaderAppend append = work.get();
        if (!(partition.log().config().gate() instanceof TopicGate gate)) return new GatedAppend(append, null, null);
        if (!gate.equals(before)) reads = -1;
        String topic = partition.topicPartition().topic();
        try {
            for (int i = 0; i < REFRESHES_MAX && isRefused(append) && gate.mayChange(reads); i++) {
                if (!gate.refresh())
                    return new GatedAppend(
                            append,
                            ErrorCode.POLICY_VIOLATION,
                            "Topic " + topic + " takes records with registered schemas only, and this broker has no"
                                    + " schema registry: set barnabas.http.listeners or"
                                    + " barnabas.schema.registry.listeners");
                reads = gate.reads();
                append = work.get();
            }
            return new GatedAppend(append, null, null);
        } catch (IOException e) {
            return new GatedAppend(
                    append,
                    ErrorCode.NOT_ENOUGH_REPLICAS,
                    "The schemas of topic " + topic + " cannot be read now: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new GatedAppend(append, ErrorCode.NOT_ENOUGH_REPLICAS, "The broker stops");
        }
    }

    private static boolean isRefused(LeaderAppend append) {
        return append instanceof LeaderAppend.Done(AppendResult result, int epoch)
                && result instanceof AppendResult.InvalidRecord;
    }
}
