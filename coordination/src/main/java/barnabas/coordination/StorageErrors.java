package barnabas.coordination;

import barnabas.protocol.ErrorCode;

/// Errors in answers to clients when the records of a group or a transaction could not be appended.
public final class StorageErrors {
    private StorageErrors() {}

    public static ErrorCode toResponse(ErrorCode append) {
        return switch (append) {
            case UNKNOWN_TOPIC_OR_PARTITION, NOT_ENOUGH_REPLICAS, NOT_ENOUGH_REPLICAS_AFTER_APPEND, REQUEST_TIMED_OUT ->
                ErrorCode.COORDINATOR_NOT_AVAILABLE;
            case NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR -> ErrorCode.NOT_COORDINATOR;
            case MESSAGE_TOO_LARGE, RECORD_LIST_TOO_LARGE, INVALID_FETCH_SIZE -> ErrorCode.UNKNOWN_SERVER_ERROR;
            default -> append;
        };
    }
}
