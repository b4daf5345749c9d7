package barnabas.log;

/// What DescribeProducers shows of a producer. -1 where something is unknown.
public record ActiveProducer(
        long producerId,
        short producerEpoch,
        int lastSequence,
        long lastTimestampMillis,
        int coordinatorEpoch,
        long currentTransactionFirstOffset) {}
