package barnabas.log;

/// Producer of a partition as DescribeProducers shows it. -1 where a field is unknown.
public record ActiveProducer(
        long producerId,
        short producerEpoch,
        int lastSequence,
        long lastTimestampMillis,
        int coordinatorEpoch,
        long currentTransactionFirstOffset) {}
