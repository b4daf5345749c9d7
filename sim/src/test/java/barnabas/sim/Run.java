package barnabas.sim;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One simulation from its start to its verdict.
final class Run {
    private static final long STEPS_MAX = 5_000_000;
    private static final long NANOS_MAX = 900_000_000_000L;
    private static final long PATIENCE_NANOS = 150_000_000_000L;
    private static final long SETTLING_NANOS = 20_000_000_000L;
    private static final int TOPICS = 3;
    private static final int PARTITIONS = 2;
    private static final long MILLI = 1_000_000;

    private final Settings settings;
    private final Transcript transcript;
    private final Findings findings;
    private final Simulation simulation;
    private final SimulatedCluster cluster;
    private final SimulatedProcess clients;
    private final Ledger ledger;
    private final Faults faults;
    private final Work work;
    private boolean done;

    private Run(Settings settings, Transcript transcript) {
        this.settings = settings;
        this.transcript = transcript;
        this.findings = new Findings(transcript);
        this.simulation = new Simulation(settings.seed(), transcript);
        this.clients = new SimulatedProcess("clients", simulation, findings);
        this.cluster = new SimulatedCluster(settings, simulation, transcript, findings, clients);
        this.ledger = new Ledger(findings);
        this.faults = new Faults(settings, cluster, simulation, transcript);
        var copies = new Copies(settings, cluster, findings, ledger, faults.damage());
        ledger.lookAt(copies);
        faults.lookAt(copies);
        if (settings.nodes() > 1) cluster.observe(new MetadataWatch(findings, copies));
        var partitions = new ArrayList<Partition>();
        for (int topic = 0; topic < TOPICS; topic++) {
            for (int index = 0; index < PARTITIONS; index++) partitions.add(new Partition("t" + topic, index));
        }
        this.work = new Work(settings, ledger, new Topics(findings), findings, partitions, cluster, faults.damage());
    }

    /// @param out receives the transcript as it is made, or null
    static Outcome of(Settings settings, @Nullable Appendable out) {
        return of(settings, out, false);
    }

    /// @param everyStep whether each step of a thread is a line of the transcript
    static Outcome of(Settings settings, @Nullable Appendable out, boolean everyStep) {
        var run = new Run(settings, new Transcript(out, everyStep));
        run.go();
        return run.outcome();
    }

    private void go() {
        if (settings.nodes() > 1) cluster.elect(1);
        for (SimulatedHost host : cluster.hosts()) host.start();
        faults.watch();
        clients.start("judge", this::judge);
        try {
            simulation.run(() -> done || !findings.violations().isEmpty(), NANOS_MAX, STEPS_MAX);
        } catch (Simulation.StuckException e) {
            findings.violation(String.valueOf(e.getMessage()));
        }
    }

    private Outcome outcome() {
        return Outcome.of(settings, transcript, findings, simulation, ledger);
    }

    private Client client() {
        return new Client(cluster.network(), clients, findings, settings.nodes(), simulation.randomOfItsOwn());
    }

    private long deadline() {
        return clients.nanos() + PATIENCE_NANOS;
    }

    // ---- on a thread of the clients

    private void judge() {
        var maker = new TopicMaker(client(), work);
        for (int i = 0; i < TOPICS; i++) {
            String topic = "t" + i;
            if (!client().retry(
                            deadline(),
                            () -> maker.create(
                                    1 + Math.floorMod(topic.hashCode(), settings.nodes()), topic, PARTITIONS)))
                findings.violation("no topic could be created");
        }
        var committers = List.of(
                new Committer("g1", client(), work, Committer.STEP_MAX),
                new Committer("g2", client(), work, Committer.STEP_MAX));
        var workers = new ArrayList<Thread>();
        workers.add(clients.start("topics", maker));
        for (int i = 1; i <= 2; i++) {
            workers.add(clients.start("plain-" + i, new PlainProducer("p" + i, client(), work)));
            workers.add(clients.start("idempotent-" + i, new IdempotentProducer("i" + i, client(), work)));
            workers.add(clients.start("transactions-" + i, new TransactionalProducer("x" + i, client(), work)));
            workers.add(clients.start("reader-" + i, new Reader(client(), work, i == 2)));
            workers.add(clients.start("committer-" + i, committers.get(i - 1)));
        }
        if (!settings.plant().showsAtElections()) {
            workers.add(clients.start("liar", new Liar("l1", client(), work)));
            workers.add(clients.start("incarnations", new Incarnations(client(), work, faults)));
        }
        faults.begin();
        clients.pause(settings.loadMillis() * MILLI);
        transcript.event("judge", "the load ends");
        work.end();
        faults.end();
        for (Thread each : workers) join(each);
        verdict(maker, committers);
        done = true;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void verdict(TopicMaker maker, List<Committer> committers) {
        transcript.event("judge", "reads everything");
        for (Partition partition : work.partitions()) {
            for (boolean committedOnly : new boolean[] {false, true}) {
                Client client = client();
                var reader = new Reader(client, work, committedOnly);
                if (!readAll(reader, client, partition, committedOnly))
                    findings.violation(partition.name() + " cannot be read to its end"
                            + (committedOnly ? " by a reader of committed records" : ""));
            }
        }
        for (Committer each : committers) {
            if (!each.fetchAll(deadline())) findings.violation("committed offsets cannot be fetched");
        }
        for (SimulatedHost host : cluster.hosts()) {
            Client client = client();
            var everywhere = work.topics().expectedEverywhere();
            if (!client.retry(deadline(), () -> maker.look(host.id(), everywhere)))
                findings.violation("n" + host.id() + " does not say which topics there are");
        }
        if (settings.replicated()) compareReplicas();
        ledger.finished();
        checkWrites();
        transcript.event("judge", "is done");
    }

    /// After the faults every partition takes writes again. Looked at last: a fault that loses records may stop
    /// writes as well, and the loss says more.
    private void checkWrites() {
        var producer = new PlainProducer("last", client(), work);
        for (Partition partition : work.partitions()) {
            if (producer.writes(partition, deadline())) continue;
            findings.violation(partition.name() + " takes no writes though the faults have ended");
            return;
        }
    }

    /// Followers have what their leader has, after a while without load.
    private void compareReplicas() {
        long end = clients.nanos() + SETTLING_NANOS;
        for (Partition partition : work.partitions()) {
            String difference = Replicas.difference(cluster.hosts(), partition);
            while (difference != null && clients.nanos() < end) {
                clients.pause(100 * MILLI);
                difference = Replicas.difference(cluster.hosts(), partition);
            }
            if (difference != null) findings.violation(partition.name() + ": replicas on " + difference);
        }
    }

    private boolean readAll(Reader reader, Client client, Partition partition, boolean committedOnly) {
        long end = deadline();
        long settled = clients.nanos() + SETTLING_NANOS;
        long from = 0;
        while (clients.nanos() < end) {
            Reader.Progress progress = reader.fetch(partition, from, 100);
            if (progress.offset() < 0) {
                client.forgetLeader(partition);
                client.pause();
                continue;
            }
            from = progress.offset();
            // a new leader shows what is committed when its followers have fetched
            boolean behind = from <= ledger.lastAcknowledged(partition) && clients.nanos() < settled;
            if (behind) client.pause();
            if (behind) continue;
            if (from < progress.watermark() || committedOnly && progress.stable() < progress.watermark()) continue;
            // nothing comes any more: one that waits is answered when its time is up
            reader.fetch(partition, from, 100);
            return true;
        }
        return false;
    }
}
