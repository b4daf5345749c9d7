import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.CRC32C;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;

/// Produce requests with one batch, which is wrong in one place or two, or in none: counts, deltas, lengths, times,
/// keys, flags, codecs, magics, checksums, and bytes flipped before and after compression. The checksum is right,
/// mostly: it protects against disks, not against clients.
final class OddBatches {
    /// Topics that differ in what their batches have to be like, with their settings.
    static final Map<String, Map<String, String>> TOPICS = Map.of(
            "b-plain", Map.of(),
            "b-compacted", Map.of("cleanup.policy", "compact"),
            "b-append-time", Map.of("message.timestamp.type", "LogAppendTime"),
            "b-timed",
                    Map.of("message.timestamp.before.max.ms", "3600000", "message.timestamp.after.max.ms", "3600000"),
            "b-small", Map.of("max.message.bytes", "600"),
            "b-gzip", Map.of("compression.type", "gzip"),
            "b-zstd", Map.of("compression.type", "zstd", "cleanup.policy", "compact,delete"),
            "b-unpacked", Map.of("compression.type", "uncompressed"));

    private static final List<String> NAMES = TOPICS.keySet().stream().sorted().toList();

    /// One place in so many is odd; a batch has some 30.
    private static final int ODD_ONE_IN = 45;

    /// From this version of Produce on an answer has words; what is odd is put to these.
    private static final short MESSAGES_SINCE = 8;

    private static final int HEADER_BYTES = 61;
    private static final int CRC_AT = 17;
    private static final int ATTRIBUTES_AT = 21;
    private static final long NOW = System.currentTimeMillis();
    private static final int[] INTS = {-3, -2, -1, 0, 1, 2, 3, 63, 64, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE};
    private static final long[] TIMES = {
        -2, -1, 0, 1, NOW - 7_200_000, NOW - 1_800_000, NOW + 1_800_000, NOW + 7_200_000, Long.MAX_VALUE, Long.MIN_VALUE
    };

    private final Random random;
    private final long producerId;
    private final List<String> found = new ArrayList<>();
    private boolean oddities;

    /// @param producerId that no other batch has
    OddBatches(Random random, long producerId) {
        this.random = random;
        this.producerId = producerId;
    }

    String topic() {
        return NAMES.get(random.nextInt(NAMES.size()));
    }

    /// @param topicId stands for the topic's id in versions that have no names
    ProduceRequestData request(String topic, Uuid topicId, short version) throws IOException {
        oddities = version >= MESSAGES_SINCE && random.nextInt(6) > 0;
        var data = new PartitionProduceData()
                .setIndex(odd("partition") ? one(-1, 2, Integer.MAX_VALUE) : random.nextInt(2))
                .setRecords(MemoryRecords.readableRecords(ByteBuffer.wrap(records())));
        var produced = new TopicProduceData().setPartitionData(List.of(data));
        if (version >= 13) produced.setTopicId(odd("topic id") ? new Uuid(7, 1) : topicId);
        else produced.setName(odd("topic") ? one("nope", "a b", "__consumer_offsets") : topic);
        var topics = new TopicProduceDataCollection();
        topics.add(produced);
        return new ProduceRequestData()
                .setAcks(odd("acks") ? one((short) 2, (short) -2) : one((short) -1, (short) 1))
                .setTimeoutMs(10_000)
                .setTransactionalId(odd("transactional id") ? "b" + producerId : null)
                .setTopicData(topics);
    }

    /// Places that are odd, in order.
    String oddities() {
        return String.join(", ", found);
    }

    private boolean odd(String place) {
        boolean odd = oddities && random.nextInt(ODD_ONE_IN) == 0;
        if (odd) found.add(place);
        return odd;
    }

    @SafeVarargs
    private <T> T one(T... of) {
        return of[random.nextInt(of.length)];
    }

    private int other(int right) {
        return random.nextBoolean() ? INTS[random.nextInt(INTS.length)] : right + (random.nextBoolean() ? 1 : -1);
    }

    private byte[] records() throws IOException {
        if (odd("no batch")) return new byte[odd("few bytes") ? 7 : 0];
        var all = new ByteArrayOutputStream();
        for (int left = odd("two batches") ? 2 : 1; left > 0; left--) all.write(odd("older") ? older() : batch());
        if (odd("trailing")) all.write(new byte[1 + random.nextInt(80)]);
        byte[] bytes = all.toByteArray();
        return odd("cut") ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
    }

    /// A message set of magic 0 or 1.
    private byte[] older() {
        byte magic = (byte) random.nextInt(2);
        var codec = one(CompressionType.NONE, CompressionType.GZIP, CompressionType.SNAPPY, CompressionType.LZ4);
        var record = new SimpleRecord(magic == 0 ? -1 : NOW, "k".getBytes(StandardCharsets.UTF_8), new byte[3]);
        ByteBuffer bytes = MemoryRecords.withRecords(magic, 0, Compression.of(codec).build(), record, record)
                .buffer();
        var all = new byte[bytes.remaining()];
        bytes.get(all);
        return all;
    }

    private byte[] batch() throws IOException {
        int count = odd("number of records") ? one(0, 40) : 1 + random.nextInt(4);
        byte[] records = payload(count);
        var codec = one(CompressionType.values());
        if (random.nextInt(3) == 0) codec = CompressionType.NONE;
        records = packed(records, codec);
        if (codec != CompressionType.NONE) records = damaged(records);

        boolean producer = random.nextInt(4) == 0 || odd("producer");
        int attributes = odd("codec bits") ? random.nextInt(8) : codec.id;
        if (odd("append time bit")) attributes |= 8; // LogAppendTime
        if (odd("transactional bit")) attributes |= 16; // transactional
        if (odd("control bit")) attributes |= 32; // control
        if (odd("horizon bit")) attributes |= 64; // delete horizon
        if (odd("high bit")) attributes |= 1 << (7 + random.nextInt(9));
        ByteBuffer batch = ByteBuffer.allocate(HEADER_BYTES + records.length);
        batch.putLong(odd("base offset") ? one(1L, -1L, 77L, Long.MAX_VALUE) : 0);
        batch.putInt(odd("length") ? other(batch.capacity() - 12) : batch.capacity() - 12);
        batch.putInt(odd("leader epoch") ? INTS[random.nextInt(INTS.length)] : -1);
        batch.put(odd("magic") ? one((byte) 0, (byte) 1, (byte) 3, (byte) -1, Byte.MAX_VALUE) : (byte) 2);
        batch.putInt(0);
        batch.putShort((short) attributes);
        batch.putInt(odd("last offset delta") ? other(count - 1) : count - 1);
        batch.putLong(odd("base timestamp") ? TIMES[random.nextInt(TIMES.length)] : NOW);
        batch.putLong(odd("max timestamp") ? TIMES[random.nextInt(TIMES.length)] : NOW + count - 1);
        batch.putLong(odd("producer id") ? one(-2L, 0L, Long.MAX_VALUE) : producer ? producerId : -1);
        batch.putShort(odd("producer epoch") ? one((short) -2, (short) 1, Short.MAX_VALUE) : (short) (producer ? 0 : -1));
        batch.putInt(odd("sequence") ? other(0) : producer ? 0 : -1);
        batch.putInt(odd("count") ? other(count) : count);
        batch.put(records);
        var crc = new CRC32C();
        crc.update(batch.array(), ATTRIBUTES_AT, batch.capacity() - ATTRIBUTES_AT);
        batch.putInt(CRC_AT, (int) crc.getValue() + (odd("crc") ? 1 : 0));
        return batch.array();
    }

    private byte[] payload(int count) throws IOException {
        var records = new ByteArrayOutputStream();
        boolean keys = random.nextInt(6) > 0;
        int valueBytes = random.nextInt(5) == 0 ? 300 : 5;
        for (int index = 0; index < count; index++) record(records, index, keys, valueBytes);
        if (odd("after the records")) records.write(new byte[1 + random.nextInt(8)]);
        return damaged(records.toByteArray());
    }

    private void record(ByteArrayOutputStream records, int index, boolean keys, int valueBytes) throws IOException {
        var record = new ByteArrayOutputStream();
        record.write(odd("record attributes") ? random.nextInt(256) : 0);
        varlong(record, odd("time delta") ? one(-1L, 1_800_000L, -7_200_000L, 7_200_000L, Long.MAX_VALUE, Long.MIN_VALUE) : index);
        varint(record, odd("offset delta") ? other(index) : index);
        field(record, (keys && !odd("no key")) ? new byte[] {'k', (byte) index} : null);
        field(record, odd("null value") ? null : new byte[valueBytes]);
        int headers = random.nextInt(5) == 0 ? random.nextInt(3) : 0;
        varint(record, odd("header count") ? other(headers) : headers);
        for (int header = 0; header < headers; header++) {
            field(record, odd("null header key") ? null : odd("header key") ? new byte[] {(byte) 0xff} : new byte[] {'h'});
            field(record, odd("null header value") ? null : new byte[2]);
        }
        if (odd("after a record")) record.write(new byte[1 + random.nextInt(3)]);
        varint(records, odd("record length") ? other(record.size()) : record.size());
        record.writeTo(records);
    }

    private void field(OutputStream out, byte[] bytes) throws IOException {
        int length = bytes == null ? -1 : bytes.length;
        varint(out, odd("field length") ? other(length) : length);
        if (bytes != null) out.write(bytes);
    }

    private void varint(OutputStream out, int value) throws IOException {
        varlong(out, value);
    }

    /// Now and then longer than it has to be, or than it may be.
    private void varlong(OutputStream out, long value) throws IOException {
        long raw = (value << 1) ^ (value >> 63);
        for (; (raw & ~0x7fL) != 0; raw >>>= 7) out.write((int) (raw & 0x7f) | 0x80);
        if (!odd("varint")) {
            out.write((int) raw);
            return;
        }
        out.write((int) raw | 0x80);
        for (int more = random.nextInt(11); more > 0; more--) out.write(0x80);
        out.write(0);
    }

    private byte[] damaged(byte[] bytes) {
        if (bytes.length == 0 || !odd("damage")) return bytes;
        switch (random.nextInt(3)) {
            case 0 -> bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            default -> {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length + 6));
            }
        }
        return bytes;
    }

    /// The parts of a stored batch that both brokers have to agree on.
    static List<String> described(RecordBatch batch, long base) {
        var parts = new ArrayList<String>();
        boolean timed = batch.timestampType() != TimestampType.LOG_APPEND_TIME;
        parts.add("stored: " + batch.compressionType() + " " + batch.timestampType() + " offsets "
                + (batch.baseOffset() - base) + " to " + (batch.lastOffset() - base) + ", count "
                + batch.countOrNull() + (timed ? ", latest " + batch.maxTimestamp() : ""));
        try {
            for (Record record : batch) {
                parts.add("record " + (record.offset() - base) + (timed ? " at " + record.timestamp() : "") + ": key "
                        + record.keySize() + ", value " + record.valueSize() + ", headers " + record.headers().length);
            }
        } catch (RuntimeException e) {
            parts.add("unreadable: " + e);
        }
        return parts;
    }

    private static byte[] packed(byte[] bytes, CompressionType codec) throws IOException {
        var buffer = new ByteBufferOutputStream(bytes.length + 64);
        try (var out = new DataOutputStream(Compression.of(codec).build().wrapForOutput(buffer, (byte) 2))) {
            out.write(bytes);
        }
        buffer.buffer().flip();
        var all = new byte[buffer.buffer().remaining()];
        buffer.buffer().get(all);
        return all;
    }
}
