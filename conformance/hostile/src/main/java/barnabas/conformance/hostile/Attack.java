package barnabas.conformance.hostile;

import barnabas.protocol.ApiKey;
import barnabas.protocol.message.FetchRequest;
import barnabas.protocol.message.FetchRequest.FetchPartition;
import barnabas.protocol.message.FetchRequest.FetchTopic;
import barnabas.protocol.message.JoinGroupRequest;
import barnabas.protocol.message.JoinGroupRequest.JoinGroupRequestProtocol;
import barnabas.protocol.message.MetadataRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/// One attacker: one thread, one way to do harm after another, until it is time.
final class Attack implements Runnable {
    private static final int PATIENCE_MILLIS = 3_000;

    /// Counts of what all attackers have done.
    static final class Tally {
        final Map<String, LongAdder> done = new ConcurrentHashMap<>();
        final LongAdder answers = new LongAdder();
        final LongAdder closed = new LongAdder();
        final LongAdder unanswered = new LongAdder();
        final List<String> faults = Collections.synchronizedList(new ArrayList<>());

        void count(String what) {
            done.computeIfAbsent(what, name -> new LongAdder()).increment();
        }
    }

    private interface Harm {
        void harm() throws IOException, InterruptedException;
    }

    private final InetSocketAddress address;
    private final List<Wire.Served> served;
    private final RandomGenerator random;
    private final ExtremeMessages messages;
    private final long untilNanos;
    private final Tally tally;
    private final Map<String, Harm> harms;

    Attack(InetSocketAddress address, List<Wire.Served> served, RandomGenerator random, long untilNanos, Tally tally) {
        this.address = address;
        this.served = served;
        this.random = random;
        this.messages = new ExtremeMessages(random);
        this.untilNanos = untilNanos;
        this.tally = tally;
        this.harms = Map.of(
                "extreme requests", this::extremeRequests,
                "pipelines without reading", this::pipelineWithoutReading,
                "slow senders", this::sendSlowly,
                "bent frames", this::bentFrames,
                "joins", this::joins,
                "made-up partitions", this::madeUpPartitions,
                "half frames", this::halfFrames,
                "many elements at once", this::manyElements);
    }

    @Override
    public void run() {
        // In an order that is the same in every run, as Map.of has none.
        List<String> names = harms.keySet().stream().sorted().toList();
        while (System.nanoTime() < untilNanos) {
            // Most of the time every kind of request gets its turn.
            String name = random.nextBoolean() ? "extreme requests" : names.get(random.nextInt(names.size()));
            try {
                tally.count(name);
                harms.get(name).harm();
            } catch (SocketTimeoutException e) {
                tally.unanswered.increment();
            } catch (IOException e) {
                tally.closed.increment();
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                tally.faults.add(name + ": " + e);
            }
        }
    }

    private boolean goesOn() {
        return System.nanoTime() < untilNanos;
    }

    private byte[] extreme() {
        Wire.Served api = served.get(random.nextInt(served.size()));
        tally.count(api.key().name());
        return messages.frame(api);
    }

    private void extremeRequests() throws IOException {
        try (var wire = new Wire(address, PATIENCE_MILLIS)) {
            for (int i = 0; i < 50 && goesOn(); i++) {
                wire.send(extreme());
                wire.skipAnswer();
                tally.answers.increment();
            }
        }
    }

    private void pipelineWithoutReading() throws IOException, InterruptedException {
        byte[] request = random.nextBoolean()
                ? Wire.frame(
                        ApiKey.METADATA,
                        (short) 9,
                        "m",
                        MetadataRequest.builder().topics(null).build())
                : extreme();
        var wires = new ArrayList<Wire>();
        try {
            for (int i = 0; i < 5 && goesOn(); i++) {
                var wire = new Wire(address, PATIENCE_MILLIS);
                wires.add(wire);
                // A sender that is not read from blocks: another thread sends, and the close ends it.
                Thread.ofVirtual().start(() -> {
                    try {
                        for (int n = 0; n < 2_000; n++) wire.send(request);
                    } catch (IOException e) {
                        tally.closed.increment();
                    }
                });
            }
            Thread.sleep(random.nextInt(2_000));
        } finally {
            for (Wire wire : wires) wire.close();
        }
    }

    private void sendSlowly() throws IOException, InterruptedException {
        byte[] request = extreme();
        var wires = new ArrayList<Wire>();
        try {
            for (int i = 0; i < 20; i++) wires.add(new Wire(address, PATIENCE_MILLIS));
            int part = Math.max(1, request.length / 20);
            for (int at = 0; at < request.length && goesOn(); at += part) {
                for (Wire wire : wires) wire.send(request, at, Math.min(part, request.length - at));
                Thread.sleep(50);
            }
        } finally {
            for (Wire wire : wires) wire.close();
        }
    }

    private void bentFrames() throws IOException {
        byte[] request = extreme();
        for (int i = 0; i < 20 && goesOn(); i++) {
            byte[] bent = request.clone();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                // Behind the size and the API key, so that a decoder sees it.
                bent[random.nextInt(8, bent.length)] = (byte) random.nextInt();
            }
            try (var wire = new Wire(address, PATIENCE_MILLIS)) {
                wire.send(bent);
                wire.skipAnswer();
                tally.answers.increment();
            }
        }
    }

    /// Members with much metadata that wait for each other as long as they may.
    private void joins() throws IOException, InterruptedException {
        var wires = new ArrayList<Wire>();
        try {
            for (int i = 0; i < 60 && goesOn(); i++) {
                var wire = new Wire(address, PATIENCE_MILLIS);
                wires.add(wire);
                var request = JoinGroupRequest.builder()
                        .groupId("hostile-group-" + random.nextInt(1_000))
                        .sessionTimeoutMs(300_000)
                        .rebalanceTimeoutMs(Integer.MAX_VALUE)
                        .protocolType("consumer")
                        .protocols(List.of(new JoinGroupRequestProtocol("range", ByteBuffer.allocate(900_000))))
                        .build();
                wire.send(Wire.frame(ApiKey.JOIN_GROUP, (short) 3, "j".repeat(4_000), request));
            }
            Thread.sleep(500);
        } finally {
            for (Wire wire : wires) wire.close();
        }
    }

    private void madeUpPartitions() throws IOException {
        var partitions = new ArrayList<FetchPartition>();
        for (int i = 0; i < 100_000; i++) {
            partitions.add(FetchPartition.builder().partition(i).build());
        }
        var request = FetchRequest.builder()
                .topics(List.of(FetchTopic.builder()
                        .topic("hostile-none")
                        .partitions(partitions)
                        .build()))
                .build();
        byte[] frame = Wire.frame(ApiKey.FETCH, (short) 9, "f", request);
        for (int i = 0; i < 5 && goesOn(); i++) {
            try (var wire = new Wire(address, PATIENCE_MILLIS)) {
                wire.send(frame);
                wire.skipAnswer();
                tally.answers.increment();
            }
        }
    }

    /// Large requests that become many times larger when they are decoded, from many connections at the same time,
    /// whose answers are never read.
    private void manyElements() throws IOException, InterruptedException {
        var partitions = new ArrayList<FetchPartition>();
        for (int i = 0; i < 60_000; i++) {
            partitions.add(FetchPartition.builder().partition(i).build());
        }
        var request = FetchRequest.builder()
                .maxWaitMs(random.nextBoolean() ? Integer.MAX_VALUE : 0)
                .minBytes(random.nextInt(2))
                .maxBytes(1)
                .sessionEpoch(-1)
                .topics(List.of(FetchTopic.builder()
                        .topic("hostile-" + random.nextInt(3))
                        .partitions(partitions)
                        .build()))
                .build();
        byte[] frame = Wire.frame(ApiKey.FETCH, (short) 9, "f", request);
        var wires = new ArrayList<Wire>();
        try {
            for (int i = 0; i < 30 && goesOn(); i++) {
                var wire = new Wire(address, PATIENCE_MILLIS);
                wires.add(wire);
                wire.send(frame);
            }
            Thread.sleep(random.nextInt(2_000));
        } finally {
            for (Wire wire : wires) wire.close();
        }
    }

    private void halfFrames() throws IOException {
        byte[] request = extreme();
        for (int i = 0; i < 30 && goesOn(); i++) {
            try (var wire = new Wire(address, PATIENCE_MILLIS)) {
                wire.send(request, 0, random.nextInt(request.length));
            }
        }
    }
}
