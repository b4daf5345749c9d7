package barnabas.conformance;

import static barnabas.conformance.Report.same;
import static barnabas.conformance.Report.that;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/// Numbered records whose every byte follows from the number, so that what is read back can be compared in full.
/// Keys repeat, values hold any byte and have any length from none to 600; some values and some keys are null.
final class TestRecords {

    /// An hour ago: not the time of arrival, and not so old that retention would remove the records.
    static final long FIRST_TIMESTAMP_MS = System.currentTimeMillis() - 3_600_000;

    private TestRecords() {}

    static List<ProducerRecord<byte[], byte[]>> of(String topic, int count) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>(count);
        for (int number = 0; number < count; number++) {
            var record = new ProducerRecord<>(topic, null, timestamp(number), key(number), value(number));
            record.headers().add("number", bytes(Integer.toString(number)));
            record.headers().add("binary", new byte[] {0, (byte) number, -1});
            record.headers().add("binary", new byte[0]);
            record.headers().add(new RecordHeader("nothing", (byte[]) null));
            records.add(record);
        }
        return records;
    }

    static int number(ConsumerRecord<byte[], byte[]> record) {
        return Integer.parseInt(new String(record.headers().lastHeader("number").value(), StandardCharsets.US_ASCII));
    }

    static long timestamp(int number) {
        return FIRST_TIMESTAMP_MS + number * 10L;
    }

    /// Every record of `of(topic, count)` is in `actual` once, byte for byte, in order within its partition, and equal
    /// keys share one.
    static void verifyAll(int count, List<ConsumerRecord<byte[], byte[]>> actual) {
        same(count, actual.size(), "records read");
        var seen = new boolean[count];
        var lastOfPartition = new HashMap<Integer, Integer>();
        var partitionOfKey = new HashMap<String, Integer>();
        for (var record : actual) {
            int number = number(record);
            that(!seen[number], "record %d came twice", number);
            seen[number] = true;
            verify(record);
            Integer before = lastOfPartition.put(record.partition(), number);
            that(before == null || before < number, "record %d came after %d", number, before);
            if (record.key() != null) {
                Integer other =
                        partitionOfKey.put(new String(record.key(), StandardCharsets.US_ASCII), record.partition());
                that(other == null || other == record.partition(), "the key of record %d is in two partitions", number);
            }
        }
    }

    private static void verify(ConsumerRecord<byte[], byte[]> record) {
        int number = number(record);
        that(Arrays.equals(key(number), record.key()), "the key of record %d differs", number);
        that(Arrays.equals(value(number), record.value()), "the value of record %d differs", number);
        same(timestamp(number), record.timestamp(), "the timestamp of record " + number);
        var headers = record.headers().toArray();
        same(
                List.of("number", "binary", "binary", "nothing"),
                Arrays.stream(headers).map(h -> h.key()).toList(),
                "headers");
        that(
                Arrays.equals(headers[1].value(), new byte[] {0, (byte) number, -1}),
                "a header of record %d differs",
                number);
        same(0, headers[2].value().length, "the length of an empty header");
        that(headers[3].value() == null, "the null header of record %d is not null", number);
    }

    /// The offset after each partition's last record of `actual`.
    static Map<Integer, Long> endOffsets(List<ConsumerRecord<byte[], byte[]>> actual) {
        var ends = new HashMap<Integer, Long>();
        actual.forEach(r -> ends.merge(r.partition(), r.offset() + 1, Math::max));
        return ends;
    }

    private static byte @Nullable [] key(int number) {
        return number % 50 == 49 ? null : bytes("key-" + number % 97);
    }

    private static byte @Nullable [] value(int number) {
        if (number % 200 == 100) {
            return null;
        }
        var value = new byte[number % 601];
        new Random(number).nextBytes(value);
        return value;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
