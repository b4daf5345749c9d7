package barnabas.protocol.records;

/// Meaning of the timestamps of a batch (attribute bit 3).
public enum TimestampType {
    /// Set by the producer, per record.
    CREATE_TIME,
    /// Set by the leader when the batch was appended; the same for all records of a batch.
    LOG_APPEND_TIME;

    /// The value of `message.timestamp.type` in topic configs.
    public String configName() {
        return this == CREATE_TIME ? "CreateTime" : "LogAppendTime";
    }
}
