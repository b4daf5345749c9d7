import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Load for a source at a fixed rate, the lag of a copy of it, and the CPU of the processes that copy.
///
/// Batches of zstd are encoded once and sent again, one request at a time for each partition. The lag of a batch counts
/// from its acknowledgement by the source to the first look at the target's ends that has it; looks are some
/// [#LOOK_MILLIS] apart. They cost the target CPU of its own, so that is measured without them.
final class Measure {
    private static final int PARTITIONS = 4;
    private static final int RECORDS = 256;
    private static final int RECORD_BYTES = 1024;
    private static final int BATCHES = 16;
    private static final short VERSION = 13;
    private static final int ERROR_POSITION = 31;
    private static final int LOOK_MILLIS = 2;
    private static final int LOOK_MILLIS_RARE = 250;

    private record Sent(long ackNanos, long end) {}

    private record Look(long nanos, long[] ends) {}

    /// `create HOST:PORT TOPIC REPLICA,...` or
    /// `load SOURCE TOPIC MEGABYTES-PER-SECOND SECONDS TARGET TARGET-TOPIC [NAME=PID...]`: CPU of these processes, or
    /// the lag without them
    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "create" -> create(arguments[1], arguments[2], arguments[3]);
            case "load" -> load(arguments);
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        System.exit(0);
    }

    private static void create(String address, String topic, String replicas) throws Exception {
        var placed = Arrays.stream(replicas.split(",")).map(Integer::valueOf).toList();
        var assignment = new LinkedHashMap<Integer, List<Integer>>();
        for (int each = 0; each < PARTITIONS; each++) assignment.put(each, placed);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
            admin.createTopics(List.of(new NewTopic(topic, assignment))).all().get();
        }
    }

    private static byte[] batch(SplittableRandom random) {
        var buffer = ByteBuffer.allocate(2 * RECORDS * RECORD_BYTES);
        try (MemoryRecordsBuilder builder = MemoryRecords.builder(
                buffer, Compression.of(CompressionType.ZSTD).build(), TimestampType.CREATE_TIME, 0L)) {
            long now = System.currentTimeMillis();
            for (int each = 0; each < RECORDS; each++) builder.append(now, null, value(random));
            ByteBuffer built = builder.build().buffer();
            byte[] bytes = new byte[built.remaining()];
            built.get(bytes);
            return bytes;
        }
    }

    /// A record like JSON with numbers and words: zstd makes some two fifths of it.
    private static byte[] value(SplittableRandom random) {
        var text = new StringBuilder(RECORD_BYTES + 80);
        while (text.length() < RECORD_BYTES)
            text.append("{\"id\":")
                    .append(random.nextLong(1L << 40))
                    .append(",\"state\":\"state-")
                    .append(random.nextInt(12))
                    .append("\",\"amount\":")
                    .append(random.nextInt(1_000_000))
                    .append("},");
        return text.substring(0, RECORD_BYTES).getBytes(StandardCharsets.US_ASCII);
    }

    private static ByteBuffer frame(Uuid topic, int partition, byte[] batch) {
        var data = new ProduceRequestData.TopicProduceData().setTopicId(topic);
        data.partitionData()
                .add(new ProduceRequestData.PartitionProduceData()
                        .setIndex(partition)
                        .setRecords(MemoryRecords.readableRecords(ByteBuffer.wrap(batch))));
        var body = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(30_000);
        body.topicData().add(data);
        var header = new RequestHeader(ApiKeys.PRODUCE, VERSION, "measure", 0);
        ByteBuffer encoded = RequestUtils.serialize(header.data(), header.headerVersion(), body, VERSION);
        return ByteBuffer.allocate(4 + encoded.remaining())
                .putInt(encoded.remaining())
                .put(encoded)
                .flip();
    }

    private static void load(String[] arguments) throws Exception {
        String source = arguments[1];
        String topic = arguments[2];
        double rate = Double.parseDouble(arguments[3]) * 1e6;
        int seconds = Integer.parseInt(arguments[4]);
        boolean copied = !arguments[5].equals("-");
        boolean lag = arguments.length == 7;
        var pids = new LinkedHashMap<String, Integer>();
        for (int each = 7; each < arguments.length; each++) {
            String[] part = arguments[each].split("=");
            pids.put(part[0], Integer.valueOf(part[1]));
        }
        Uuid id;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", source))) {
            id = admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).topicId();
        }
        var random = new SplittableRandom(42);
        var batches = new ArrayList<byte[]>();
        for (int each = 0; each < BATCHES; each++) batches.add(batch(random));
        double batchBytes = batches.stream().mapToInt(each -> each.length).average().orElseThrow();
        long start = System.nanoTime();
        long measured = start + seconds * 1_000_000_000L; // both sides compile what they do until then
        long end = measured + seconds * 1_000_000_000L;
        var sent = new ArrayList<List<Sent>>();
        var threads = new ArrayList<Thread>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            var acked = new ArrayList<Sent>();
            sent.add(acked);
            var frames = new ArrayList<ByteBuffer>();
            for (byte[] each : batches) frames.add(frame(id, partition, each));
            long interval = (long) (1e9 * batchBytes * PARTITIONS / rate);
            long first = start + partition * interval / PARTITIONS;
            threads.add(Thread.ofPlatform().start(() -> produce(source, frames, first, interval, end, acked)));
        }
        var looks = new ArrayList<Look>();
        Thread looking = Thread.ofPlatform().start(() -> {
            if (copied) look(arguments[5], arguments[6], lag ? LOOK_MILLIS : LOOK_MILLIS_RARE, looks);
        });
        while (System.nanoTime() - measured < 0) LockSupport.parkNanos(measured - System.nanoTime());
        long from = System.nanoTime();
        Map<String, Double> before = cpu(pids);
        for (Thread each : threads) each.join();
        Map<String, Double> after = cpu(pids);
        double elapsed = (System.nanoTime() - from) / 1e9;
        if (failed != null) throw new IllegalStateException(failed);
        if (copied) {
            awaitCopied(sent, looks);
            stop = true;
            looking.join();
        }
        long count = sent.stream().flatMap(List::stream).filter(each -> each.ackNanos - from > 0).count();
        double gigabytes = count * batchBytes / 1e9;
        System.out.printf(Locale.ROOT, "%.1f MB/s for %.0f s, batches of %.0f KB:", gigabytes * 1e3 / elapsed, elapsed, batchBytes / 1e3);
        after.forEach((name, used) -> System.out.printf(
                Locale.ROOT, " %s %.2f s of CPU per GB;", name, (used - before.get(name)) / gigabytes));
        if (lag) lags(sent, looks, from);
        else System.out.println();
    }

    private static volatile Throwable failed;
    private static volatile boolean stop;

    private static void produce(
            String address, List<ByteBuffer> frames, long first, long interval, long end, List<Sent> acked) {
        String[] part = address.split(":");
        try (var socket = new Socket(part[0], Integer.parseInt(part[1]))) {
            socket.setTcpNoDelay(true);
            var in = new DataInputStream(socket.getInputStream());
            long due = first;
            for (int each = 0; due - end < 0; each++, due += interval) {
                for (long now = System.nanoTime(); now - due < 0; now = System.nanoTime()) LockSupport.parkNanos(due - now);
                if (System.nanoTime() - end > 0) break;
                ByteBuffer frame = frames.get(each % frames.size());
                socket.getOutputStream().write(frame.array(), 0, frame.limit());
                byte[] answer = new byte[in.readInt()];
                in.readFully(answer);
                var read = ByteBuffer.wrap(answer);
                short error = read.getShort(ERROR_POSITION - 4);
                if (error != 0) throw new IOException("the source answers " + Errors.forCode(error));
                acked.add(new Sent(System.nanoTime(), read.getLong(ERROR_POSITION - 2) + RECORDS));
            }
        } catch (Exception e) {
            failed = e;
        }
    }

    private static void look(String address, String topic, int millis, List<Look> looks) {
        var settings = Map.<String, Object>of("bootstrap.servers", address);
        var partitions =
                IntStream.range(0, PARTITIONS).mapToObj(each -> new TopicPartition(topic, each)).toList();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            while (!stop) {
                var found = consumer.endOffsets(partitions);
                long[] ends = partitions.stream().mapToLong(found::get).toArray();
                synchronized (looks) {
                    looks.add(new Look(System.nanoTime(), ends));
                }
                LockSupport.parkNanos(millis * 1_000_000L);
            }
        } catch (RuntimeException e) {
            failed = e;
        }
    }

    private static void awaitCopied(List<List<Sent>> sent, List<Look> looks) {
        long deadline = System.nanoTime() + 120_000_000_000L;
        while (true) {
            synchronized (looks) {
                long[] last = looks.isEmpty() ? new long[PARTITIONS] : looks.getLast().ends;
                if (IntStream.range(0, PARTITIONS).allMatch(each -> last[each] >= sent.get(each).getLast().end)) return;
            }
            if (failed != null) throw new IllegalStateException(failed);
            if (System.nanoTime() - deadline > 0) throw new IllegalStateException("the copy does not end");
            LockSupport.parkNanos(10_000_000);
        }
    }

    private static void lags(List<List<Sent>> sent, List<Look> looks, long from) {
        var lags = new ArrayList<Double>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            int at = 0;
            for (Sent each : sent.get(partition)) {
                while (looks.get(at).ends[partition] < each.end) at++;
                if (each.ackNanos - from > 0) lags.add(Math.max(0, looks.get(at).nanos - each.ackNanos) / 1e6);
            }
        }
        lags.sort(null);
        System.out.printf(
                Locale.ROOT,
                " lag p50 %.1f ms, p99 %.1f ms, largest %.1f ms%n",
                lags.get(lags.size() / 2),
                lags.get((int) (lags.size() * 0.99)),
                lags.getLast());
    }

    /// Seconds of user and system time.
    private static Map<String, Double> cpu(Map<String, Integer> pids) throws IOException {
        var used = new LinkedHashMap<String, Double>();
        for (var each : pids.entrySet()) {
            String stat = Files.readString(Path.of("/proc/" + each.getValue() + "/stat"));
            String[] field = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            used.put(each.getKey(), (Long.parseLong(field[11]) + Long.parseLong(field[12])) / 100.0);
        }
        return used;
    }
}
