package barnabas.client.producer;

import barnabas.client.ClientException;
import barnabas.client.TopicPartition;

/// Result of sending a record.
public sealed interface Delivery {
    TopicPartition partition();

    /// The broker took it, as far as `acks` asks.
    ///
    /// @param offset -1 with acks=0, and for a retry whose first try had arrived
    /// @param timestampMillis what the record carries in the log
    record Acknowledged(TopicPartition partition, long offset, long timestampMillis) implements Delivery {}

    /// Sending failed. With a [barnabas.client.ConnectionException] the record may have arrived nevertheless.
    record Failed(TopicPartition partition, ClientException reason) implements Delivery {}

    /// Called once per record, in the order of the records of a partition, on a thread of the producer, which waits
    /// for it.
    @FunctionalInterface
    interface Listener {
        void delivered(Delivery delivery);

        Listener NONE = delivery -> {};
    }
}
