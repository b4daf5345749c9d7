package barnabas.client.producer;

import barnabas.protocol.compression.Compression;
import java.time.Duration;

/// Options of a producer. Names in brackets are those of Kafka's producer.
///
/// @param acks whose acknowledgement counts (`acks`)
/// @param idempotent whether the broker drops duplicates; needs [Acks#ALL] (`enable.idempotence`)
/// @param batchBytesMax a batch is sent when it has so many bytes before compression (`batch.size`,
/// `max.request.size`)
/// @param linger a batch that is not full waits so long for more (`linger.ms`)
/// @param bufferBytesMax records that are not delivered yet; beyond it [Producer#send] waits (`buffer.memory`)
/// @param blockMax how long [Producer#send] waits for memory or for the topic (`max.block.ms`)
/// @param deliveryTimeout a record fails so long after it was sent (`delivery.timeout.ms`)
/// @param requestTimeout how long the broker may wait for replicas (`request.timeout.ms`)
/// @param autoCreateTopics whether a missing topic may be created by asking for it
public record ProducerOptions(
        Acks acks,
        boolean idempotent,
        Compression compression,
        int batchBytesMax,
        Duration linger,
        long bufferBytesMax,
        Duration blockMax,
        Duration deliveryTimeout,
        Duration requestTimeout,
        boolean autoCreateTopics) {
    /// Acknowledgement that a producer waits for.
    public enum Acks {
        NONE(0),
        LEADER(1),
        ALL(-1);

        private final short code;

        Acks(int code) {
            this.code = (short) code;
        }

        public short code() {
            return code;
        }
    }

    public static final ProducerOptions DEFAULT = new ProducerOptions(
            Acks.ALL,
            true,
            Compression.NONE,
            256 << 10,
            Duration.ofMillis(5),
            32 << 20,
            Duration.ofSeconds(60),
            Duration.ofSeconds(120),
            Duration.ofSeconds(30),
            true);

    public ProducerOptions {
        if (idempotent && acks != Acks.ALL) throw new IllegalArgumentException("idempotence needs acks=all");
        if (batchBytesMax < 1) throw new IllegalArgumentException("batchBytesMax " + batchBytesMax);
        if (bufferBytesMax < batchBytesMax) throw new IllegalArgumentException("the buffer is smaller than one batch");
    }

    /// Idempotent exactly when every replica must acknowledge.
    public ProducerOptions withAcks(Acks value) {
        return new ProducerOptions(
                value,
                value == Acks.ALL,
                compression,
                batchBytesMax,
                linger,
                bufferBytesMax,
                blockMax,
                deliveryTimeout,
                requestTimeout,
                autoCreateTopics);
    }

    public ProducerOptions withCompression(Compression value) {
        return new ProducerOptions(
                acks,
                idempotent,
                value,
                batchBytesMax,
                linger,
                bufferBytesMax,
                blockMax,
                deliveryTimeout,
                requestTimeout,
                autoCreateTopics);
    }

    public ProducerOptions withBatches(int bytesMax, Duration lingerTime) {
        return new ProducerOptions(
                acks,
                idempotent,
                compression,
                bytesMax,
                lingerTime,
                bufferBytesMax,
                blockMax,
                deliveryTimeout,
                requestTimeout,
                autoCreateTopics);
    }

    public ProducerOptions withBuffer(long bytesMax, Duration wait) {
        return new ProducerOptions(
                acks,
                idempotent,
                compression,
                batchBytesMax,
                linger,
                bytesMax,
                wait,
                deliveryTimeout,
                requestTimeout,
                autoCreateTopics);
    }
}
