package barnabas.conformance;

import static barnabas.conformance.Report.that;

import java.nio.file.Path;
import java.util.Random;

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
            acknowledgements.verify(new Clients(broker.address()), TOPIC);
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
        int verified = acknowledgements.verify(new Clients(broker.address()), TOPIC);
        load.verifyHealthy();
        System.out.printf(
                "   killed with %,d records on their way, back in %,d ms, %,d acknowledged records verified%n",
                onTheirWay, startMs, verified);
    }

    static void awaitAcknowledged(ProduceLoad load, Acknowledgements acknowledgements, int count)
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
}
