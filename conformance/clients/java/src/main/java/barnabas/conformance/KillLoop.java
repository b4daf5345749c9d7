package barnabas.conformance;

import static barnabas.conformance.Report.same;
import static barnabas.conformance.Report.that;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// Kills a broker in the middle of a produce load, again and again, and looks for what it had acknowledged:
/// `KillLoop COMMAND DIR ROUNDS SEED`.
///
/// After each restart, with the load going on, the whole topic is read. Every record acknowledged until then has to
/// be at the offset of its acknowledgement; the numbers in a partition have to rise, so none is there twice or out of
/// order; and no offset may be missing.
final class KillLoop {

    /// Acknowledgements between a restart and the next kill, so that the kill hits a broker at work.
    private static final int ACKNOWLEDGED_PER_ROUND = 1_000;
    private static final int LONGEST_EXTRA_MS = 500;
    private static final String TOPIC = "kill-loop";

    private final String command;
    private final Path data;
    private final Random random;
    private BrokerProcess broker;

    private KillLoop(String command, Path data, long seed) throws Exception {
        this.command = command;
        this.data = data;
        this.random = new Random(seed);
        this.broker = BrokerProcess.start(command, 0, data);
    }

    public static void main(String[] arguments) throws Exception {
        var data = Path.of(arguments[1]);
        int rounds = Integer.parseInt(arguments[2]);
        long seed = Long.parseLong(arguments[3]);
        System.out.println("seed " + seed);
        var report = new Report();
        var loop = new KillLoop(arguments[0], data.resolve("broker"), seed);
        try (var acknowledgements = new Acknowledgements(data.resolve("acknowledgements"))) {
            loop.run(rounds, acknowledgements, report);
        }
        System.exit(report.exitCode());
    }

    private void run(int rounds, Acknowledgements acknowledgements, Report report) throws Exception {
        var clients = new Clients(broker.address());
        clients.createTopic(TOPIC, ProduceLoad.PARTITIONS);
        try (var load = new ProduceLoad(clients, TOPIC, acknowledgements)) {
            for (int round = 1; round <= rounds && report.exitCode() == 0; round++) {
                report.check("round " + round + " of " + rounds, () -> round(load, acknowledgements));
            }
        }
        report.check("all acknowledged in the end, also after a clean stop", () -> {
            broker.stop();
            broker = BrokerProcess.start(command, broker.port(), data);
            verify(acknowledgements);
            broker.stop();
        });
    }

    private void round(ProduceLoad load, Acknowledgements acknowledgements) throws Exception {
        awaitAcknowledged(load, acknowledgements, acknowledgements.count() + ACKNOWLEDGED_PER_ROUND);
        Thread.sleep(random.nextInt(LONGEST_EXTRA_MS));
        broker.kill();
        int onTheirWay = load.sent() - acknowledgements.count();
        long start = System.nanoTime();
        broker = BrokerProcess.start(command, broker.port(), data);
        long startMs = (System.nanoTime() - start) / 1_000_000;
        int verified = verify(acknowledgements);
        load.verifyHealthy();
        System.out.printf(
                "   killed with %,d records on their way, back in %,d ms, %,d acknowledged records verified%n",
                onTheirWay, startMs, verified);
    }

    private static void awaitAcknowledged(ProduceLoad load, Acknowledgements acknowledgements, int count)
            throws InterruptedException {
        long deadline = System.nanoTime() + Clients.DEADLINE.toNanos();
        while (acknowledgements.count() < count) {
            load.verifyHealthy();
            that(
                    System.nanoTime() < deadline,
                    "no more acknowledgements come: %d of %d",
                    acknowledgements.count(),
                    count);
            Thread.sleep(1);
        }
    }

    /// Returns how many acknowledged records are there, which is all of them.
    private int verify(Acknowledgements acknowledgements) throws Exception {
        var promised = acknowledgements.all();
        var partitions = new ArrayList<List<ConsumerRecord<byte[], byte[]>>>();
        for (int partition = 0; partition < ProduceLoad.PARTITIONS; partition++) {
            partitions.add(new ArrayList<>());
        }
        for (var record : new Clients(broker.address()).readAll(TOPIC, ProduceLoad.PARTITIONS, Map.of())) {
            partitions.get(record.partition()).add(record);
        }
        for (var records : partitions) {
            int last = -1;
            for (int i = 0; i < records.size(); i++) {
                var record = records.get(i);
                same((long) i, record.offset(), "the offset of a record of partition " + record.partition());
                int number = ByteBuffer.wrap(record.value()).getInt();
                that(number > last, "record %d comes after %d in partition %d", number, last, record.partition());
                that(
                        Arrays.equals(ProduceLoad.value(number), record.value()),
                        "the value of record %d differs",
                        number);
                last = number;
            }
        }
        for (var promise : promised) {
            var records = partitions.get(promise.partition());
            that(promise.offset() < records.size(), "lost: %s, the partition ends at %d", promise, records.size());
            same(
                    promise.number(),
                    ByteBuffer.wrap(records.get((int) promise.offset()).value()).getInt(),
                    "the record of " + promise);
        }
        return promised.size();
    }
}
