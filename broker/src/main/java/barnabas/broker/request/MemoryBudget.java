package barnabas.broker.request;

import barnabas.log.ProducerRoom;

/// Limits on what clients can make the broker keep in memory, as shares of its heap.
///
/// @param heapBytes the largest heap that this process may use
public record MemoryBudget(long heapBytes) {
    /// Heap bytes for each partition in a fetch session, which takes about 200: sessions get a twentieth of the heap.
    private static final int HEAP_BYTES_PER_SESSION_PARTITION = 4_096;
    /// No session takes more than this share of the partitions of all sessions.
    private static final int SESSION_SHARE = 4;
    /// An element of a request, decoded, with its part of the answer and of the tables on the way to it: a
    /// partition of a Fetch takes 240 bytes.
    public static final int ELEMENT_BYTES = 320;

    /// Heap for each partition of a topic, which takes about 8 KB with its log, indexes and place in the cluster's
    /// image.
    private static final int HEAP_BYTES_PER_PARTITION = 64 << 10;

    private static final long HELD_BYTES_MAX = 256L << 20;
    private static final long REPLY_BYTES_MAX = 100L << 20;
    private static final int ELEMENTS_MAX_LEAST = 100_000;

    public static MemoryBudget ofProcess() {
        return new MemoryBudget(Runtime.getRuntime().maxMemory());
    }

    /// Partitions that all fetch sessions together may hold.
    public int sessionPartitionsMax() {
        return (int) Math.min(Integer.MAX_VALUE, heapBytes / HEAP_BYTES_PER_SESSION_PARTITION);
    }

    /// Partitions that one fetch session may hold.
    public int partitionsPerSessionMax() {
        return sessionPartitionsMax() / SESSION_SHARE;
    }

    /// Bytes of requests that arrive or wait, all connections together, unless `queued.max.request.bytes` says so.
    public long heldRequestBytesMax() {
        return Math.min(HELD_BYTES_MAX, heapBytes / 8);
    }

    /// Bytes of large requests that are decoded and not answered yet, all connections together.
    public long decodedBytesMax() {
        return heapBytes / 8;
    }

    /// The largest request, if `socket.request.max.bytes` allows as much. Its arrays of bytes are copied to the heap
    /// by the decoder, so it may not be larger than what may be decoded.
    public int requestBytesMax() {
        return (int) Math.min(Integer.MAX_VALUE, decodedBytesMax());
    }

    /// Bytes of replies that clients may leave unread, all connections together.
    public long unsentReplyBytesMax() {
        return Math.min(HELD_BYTES_MAX, heapBytes / 8);
    }

    /// The largest reply, apart from records that are sent from their files. As objects, before it is encoded, it takes
    /// several times as much.
    public int replyBytesMax() {
        return (int) Math.min(REPLY_BYTES_MAX, heapBytes / 16);
    }

    /// Bytes that members of groups may leave here, see `GroupMemory`.
    public long groupBytesMax() {
        return heapBytes / 8;
    }

    /// Bytes of offsets that groups have committed.
    public long offsetBytesMax() {
        return heapBytes / 16;
    }

    /// Bytes of transactional ids and the partitions of open transactions.
    public long transactionBytesMax() {
        return heapBytes / 32;
    }

    /// Idempotent and transactional producers that all partitions remember: a sixteenth of the heap.
    public int producersMax() {
        return (int) Math.min(Integer.MAX_VALUE, heapBytes / 16 / ProducerRoom.PRODUCER_BYTES);
    }

    /// Bytes of configurations, quotas, credentials and ACLs.
    public long settingsBytesMax() {
        return heapBytes / 32;
    }

    /// Partitions that clients may create, all topics together.
    public int partitionsMax() {
        return (int) Math.min(Integer.MAX_VALUE, heapBytes / HEAP_BYTES_PER_PARTITION);
    }

    /// Elements that all arrays of one request together may have; a request with more closes its connection before it
    /// is decoded.
    public int requestElementsMax() {
        return Math.clamp(decodedBytesMax() / ELEMENT_BYTES, ELEMENTS_MAX_LEAST, Integer.MAX_VALUE);
    }
}
