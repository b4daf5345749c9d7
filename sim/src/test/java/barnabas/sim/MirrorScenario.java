package barnabas.sim;

import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import barnabas.protocol.message.IncrementalAlterConfigsResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A mirror between two clusters of one node each, with faults on both:
///
/// ```
///  producers, committers ──► source n1 ◄── SimulatedSocket ── mirror of target n1
///                            killed, stopped, without power, with a full disk     both, each from a generator of its
/// own
/// ```
///
/// In the end everything is healed. Then the target has the source's bytes, at their offsets, all acknowledged records,
/// and the offsets of the source's groups.
final class MirrorScenario {
    private static final long STEPS_MAX = 8_000_000;
    private static final long NANOS_MAX = 900_000_000_000L;
    private static final long PATIENCE_NANOS = 120_000_000_000L;
    private static final long MILLI = 1_000_000;
    private static final int ALTER_VERSION = 1;
    private static final byte BROKER = 4;
    /// Small, so that committed offsets are of records that are there.
    private static final int OFFSET_STEP_MAX = 3;

    private static final List<Partition> PARTITIONS =
            List.of(new Partition("t0", 0), new Partition("t0", 1), new Partition("t1", 0));

    private final Settings settings;
    private final Transcript transcript;
    private final Findings findings;
    private final Simulation simulation;
    private final SimulatedProcess clients;
    private final SimulatedCluster source;
    private final SimulatedCluster target;
    private final Faults sourceFaults;
    private final Faults targetFaults;
    private final Ledger ledger;
    private final Work work;
    private boolean done;

    private MirrorScenario(Settings settings, @Nullable Appendable out) {
        this.settings = settings;
        this.transcript = new Transcript(out, false);
        this.findings = new Findings(transcript);
        this.simulation = new Simulation(settings.seed(), transcript);
        this.clients = new SimulatedProcess("clients", simulation, findings);
        this.source = cluster("source-", "c291cmNlLWNsdXN0ZXItaWQ");
        this.target = cluster("target-", "dGFyZ2V0LWNsdXN0ZXItaWQ");
        target.network().reaches(source.network());
        this.sourceFaults = new Faults(settings, source, simulation, transcript).withoutFlips();
        this.targetFaults = new Faults(settings, target, simulation, transcript).withoutFlips();
        this.ledger = new Ledger(findings);
        ledger.lookAt(new Copies(settings, source, findings, ledger, sourceFaults.damage()));
        this.work = new Work(settings, ledger, new Topics(findings), findings, PARTITIONS, sourceFaults.damage());
    }

    private SimulatedCluster cluster(String name, String id) {
        return new SimulatedCluster(name, id, settings, simulation, transcript, findings, clients);
    }

    /// @param out receives the transcript as it is made, or null
    static Outcome of(Settings settings, @Nullable Appendable out) {
        var scenario = new MirrorScenario(settings.withNodes(1), out);
        scenario.go();
        return scenario.outcome();
    }

    private void go() {
        for (SimulatedCluster each : List.of(source, target)) each.hosts().forEach(SimulatedHost::start);
        sourceFaults.watch();
        targetFaults.watch();
        clients.start("judge", this::judge);
        try {
            simulation.run(() -> done || !findings.violations().isEmpty(), NANOS_MAX, STEPS_MAX);
        } catch (Simulation.StuckException e) {
            findings.violation(String.valueOf(e.getMessage()));
        }
    }

    private Outcome outcome() {
        return new Outcome(
                settings,
                transcript.hash(),
                List.copyOf(findings.violations()),
                simulation.steps(),
                simulation.nanos() / MILLI,
                ledger.acknowledgements(),
                ledger.reads(),
                ledger.commits(),
                List.copyOf(transcript.lastLines()));
    }

    private Client client(SimulatedCluster of) {
        return new Client(of.network(), clients, findings, 1, simulation.randomOfItsOwn());
    }

    private long deadline() {
        return clients.nanos() + PATIENCE_NANOS;
    }

    // ---- on a thread of the clients

    private void judge() {
        var maker = new TopicMaker(client(source), work);
        for (String topic : List.of("t0", "t1")) {
            int partitions = topic.equals("t0") ? 2 : 1;
            if (!client(source).retry(deadline(), () -> maker.create(1, topic, partitions)))
                findings.violation("no topic could be created");
        }
        Client admin = client(target);
        if (!admin.retry(deadline(), () -> createMirror(admin))) findings.violation("no mirror could be created");
        var committer = new Committer("g", client(source), work, OFFSET_STEP_MAX);
        var workers = List.of(
                clients.start("plain", new PlainProducer("p", client(source), work)),
                clients.start("idempotent", new IdempotentProducer("i", client(source), work)),
                clients.start("transactions", new TransactionalProducer("x", client(source), work)),
                clients.start("reader", new Reader(client(source), work, true)),
                clients.start("committer", committer));
        sourceFaults.begin();
        targetFaults.begin();
        clients.pause(settings.loadMillis() * MILLI);
        transcript.event("judge", "the load ends");
        work.end();
        sourceFaults.end();
        targetFaults.end();
        for (Thread each : workers) join(each);
        verdict(committer);
        done = true;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean createMirror(Client admin) {
        var settings = new ArrayList<AlterableConfig>();
        settings.add(set("source", "10.0.0.1:" + SimulatedNetwork.PORT));
        settings.add(set("topics", "t.*"));
        settings.add(set("groups", "g.*"));
        var request = IncrementalAlterConfigsRequest.builder()
                .resources(List.of(new AlterConfigsResource(BROKER, "", settings)))
                .build();
        var response = admin.ask(1, ALTER_VERSION, request, IncrementalAlterConfigsResponse.class);
        return response != null && response.responses().getFirst().errorCode() == 0;
    }

    private static AlterableConfig set(String setting, String value) {
        return new AlterableConfig("barnabas.mirror.m." + setting, (byte) 0, value);
    }

    private void verdict(Committer committer) {
        transcript.event("judge", "compares both clusters");
        for (Partition each : PARTITIONS) {
            long end = deadline();
            String difference = MirrorCopies.difference(source.host(1), target.host(1), each);
            while (difference != null && clients.nanos() < end) {
                clients.pause(100 * MILLI);
                difference = MirrorCopies.difference(source.host(1), target.host(1), each);
            }
            if (difference != null) findings.violation(each.name() + " is not mirrored: " + difference);
        }
        for (SimulatedCluster each : List.of(source, target)) readAll(each);
        compareGroups(committer);
        ledger.finished();
        transcript.event("judge", "is done");
    }

    private void readAll(SimulatedCluster of) {
        for (Partition partition : PARTITIONS) {
            for (boolean committedOnly : new boolean[] {false, true}) {
                Client client = client(of);
                if (!readAll(new Reader(client, work, committedOnly), client, partition, committedOnly))
                    findings.violation(partition.name() + " cannot be read to its end at " + of.name() + "n1");
            }
        }
    }

    private boolean readAll(Reader reader, Client client, Partition partition, boolean committedOnly) {
        long from = 0;
        long end = deadline();
        while (clients.nanos() < end) {
            Reader.Progress progress = reader.fetch(partition, from, 100);
            if (progress.offset() < 0) {
                client.forgetLeader(partition);
                client.pause();
                continue;
            }
            from = progress.offset();
            boolean isStable = !committedOnly || progress.stable() >= progress.watermark();
            if (isStable && from >= progress.watermark() && from > ledger.lastAcknowledged(partition)) return true;
        }
        return false;
    }

    private void compareGroups(Committer committer) {
        Client there = client(source);
        Client here = client(target);
        for (String group : committer.groups()) {
            for (Partition partition : PARTITIONS) {
                boolean same = there.retry(deadline(), () -> {
                    Long wanted = Committer.offset(there, group, partition);
                    Long found = Committer.offset(here, group, partition);
                    if (wanted == null || found == null) return false;
                    // not beyond what is copied
                    long end = ledger.watermarkSeen(partition);
                    return found == Math.min(wanted, end);
                });
                if (!same)
                    findings.violation("offsets of group " + group + " in " + partition.name() + " differ: "
                            + Committer.offset(there, group, partition) + " and "
                            + Committer.offset(here, group, partition) + " of " + ledger.watermarkSeen(partition));
            }
        }
    }
}
