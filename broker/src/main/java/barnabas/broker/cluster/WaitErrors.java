package barnabas.broker.cluster;

import barnabas.protocol.ErrorCode;
import barnabas.replication.WaitOutcome;

/// The error codes of waits for appended records.
public final class WaitErrors {
    private WaitErrors() {}

    public static ErrorCode of(WaitOutcome outcome) {
        return switch (outcome) {
            case WaitOutcome.Committed committed -> ErrorCode.NONE;
            case WaitOutcome.TooFewReplicas few -> ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND;
            case WaitOutcome.Fenced fenced -> ErrorCode.NOT_LEADER_OR_FOLLOWER;
            case WaitOutcome.TimedOut late -> ErrorCode.REQUEST_TIMED_OUT;
            case WaitOutcome.DiskFailed failed -> ErrorCode.KAFKA_STORAGE_ERROR;
        };
    }
}
