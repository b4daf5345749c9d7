package barnabas.sim;

import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import barnabas.protocol.message.IncrementalAlterConfigsResponse;
import barnabas.protocol.message.ListOffsetsRequest;
import barnabas.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import barnabas.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import barnabas.protocol.message.ListOffsetsResponse;
import barnabas.protocol.message.ProduceResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A mirror between two clusters, of one node each or of three with three replicas of everything, with faults on both:
///
/// ```
///  producers, committers ──► source n1 ◄── SimulatedSocket ── mirror of target n1
///                            killed, stopped, without power, with a full disk     both, each from a generator of its
/// own
/// ```
///
/// With every second seed one of two topics is promoted while faults go on: then it has a part of the source's log,
/// from
/// its beginning, and behind it only what its own cluster has written; no transaction is open, and it takes records.
///
/// In the end everything is healed. Then the target has the source's bytes, at their offsets, all acknowledged records,
/// and the offsets of the source's groups.
final class MirrorScenario {
    private static final long STEPS_MAX = 8_000_000;
    private static final long NANOS_MAX = 900_000_000_000L;
    private static final long PATIENCE_NANOS = 120_000_000_000L;
    private static final long MILLI = 1_000_000;
    private static final int ALTER_VERSION = 1;
    /// Enough for a copy of what is there, when both clusters are up.
    private static final long COPIED_NANOS = 1_000_000_000;
    private static final int LIST_OFFSETS_VERSION = 7;
    private static final byte TOPIC = 2;
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
        var copies = new Copies(settings, source, findings, ledger, sourceFaults.damage());
        ledger.lookAt(copies);
        sourceFaults.lookAt(copies);
        this.work =
                new Work(settings, ledger, new Topics(findings), findings, PARTITIONS, source, sourceFaults.damage());
    }

    private SimulatedCluster cluster(String name, String id) {
        return new SimulatedCluster(name, id, settings, simulation, transcript, findings, clients);
    }

    /// @param out receives the transcript as it is made, or null
    static Outcome of(Settings settings, @Nullable Appendable out) {
        var scenario = new MirrorScenario(settings.nodes() == 1 ? settings : settings.withReplicas(true), out);
        scenario.go();
        return scenario.outcome();
    }

    private void go() {
        for (SimulatedCluster each : List.of(source, target)) {
            if (settings.nodes() > 1) each.elect(1);
            each.hosts().forEach(SimulatedHost::start);
        }
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
        return Outcome.of(settings, transcript, findings, simulation, ledger);
    }

    private Client client(SimulatedCluster of) {
        return new Client(of.network(), clients, findings, settings.nodes(), simulation.randomOfItsOwn());
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
        clients.pause(settings.loadMillis() * MILLI / 3 * 2);
        var open = new TransactionalProducer("o", client(source), work);
        if (promotes()) {
            if (!open.leaveOpen(PARTITIONS.getFirst())) findings.violation("no transaction can be begun");
            clients.pause(COPIED_NANOS);
            transcript.event("judge", "promotes t0");
            if (!admin.retry(deadline(), () -> promote(admin, "t0"))) findings.violation("t0 cannot be promoted");
        }
        clients.pause(settings.loadMillis() * MILLI / 3);
        transcript.event("judge", "the load ends");
        work.end();
        sourceFaults.end();
        targetFaults.end();
        for (Thread each : workers) join(each);
        if (promotes()) open.finish();
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
        settings.add(set("source", "10.0.0.1:" + SimulatedNetwork.PORT + ",10.0.0.2:" + SimulatedNetwork.PORT));
        settings.add(set("topics", "t.*"));
        settings.add(set("groups", "g.*"));
        var request = IncrementalAlterConfigsRequest.builder()
                .resources(List.of(new AlterConfigsResource(BROKER, "", settings)))
                .build();
        var response = admin.ask(admin.anyNode(), ALTER_VERSION, request, IncrementalAlterConfigsResponse.class);
        return response != null && response.responses().getFirst().errorCode() == 0;
    }

    private static AlterableConfig set(String setting, String value) {
        return new AlterableConfig("barnabas.mirror.m." + setting, (byte) 0, value);
    }

    private boolean promotes() {
        return settings.seed() % 2 == 0;
    }

    private boolean isPromoted(Partition partition) {
        return promotes() && partition.topic().equals("t0");
    }

    private static boolean promote(Client admin, String topic) {
        var changes = List.of(
                new AlterableConfig("barnabas.mirror.state", (byte) 0, "stopping"),
                new AlterableConfig("barnabas.mirror.ready", (byte) 1, null));
        var request = IncrementalAlterConfigsRequest.builder()
                .resources(List.of(new AlterConfigsResource(TOPIC, topic, changes)))
                .build();
        var response = admin.ask(admin.anyNode(), ALTER_VERSION, request, IncrementalAlterConfigsResponse.class);
        return response != null && response.responses().getFirst().errorCode() == 0;
    }

    /// Whether a record is taken, and no transaction is open behind it.
    private static boolean isOwn(Client client, Partition partition) {
        int node = client.leader(partition);
        if (node == 0) return false;
        var batch = Batches.plain(client.process().millis(), List.of("own"));
        ProduceResponse response = client.ask(
                node, Batches.PRODUCE_VERSION, Batches.request(partition, batch, -1, null), ProduceResponse.class);
        boolean taken = response != null
                && response.responses()
                                .getFirst()
                                .partitionResponses()
                                .getFirst()
                                .errorCode()
                        == 0;
        if (!taken) client.forgetLeader(partition);
        return taken && end(client, node, partition, 0) == end(client, node, partition, 1);
    }

    private static long end(Client client, int node, Partition partition, int isolation) {
        var request = ListOffsetsRequest.builder()
                .replicaId(-1)
                .isolationLevel((byte) isolation)
                .topics(List.of(ListOffsetsTopic.builder()
                        .name(partition.topic())
                        .partitions(List.of(ListOffsetsPartition.builder()
                                .partitionIndex(partition.index())
                                .currentLeaderEpoch(-1)
                                .timestamp(-1)
                                .build()))
                        .build()))
                .build();
        ListOffsetsResponse response = client.ask(node, LIST_OFFSETS_VERSION, request, ListOffsetsResponse.class);
        return response == null
                ? -1 - isolation
                : response.topics().getFirst().partitions().getFirst().offset();
    }

    private void verdict(Committer committer) {
        transcript.event("judge", "compares both clusters");
        for (Partition each : PARTITIONS) {
            Client client = client(target);
            if (isPromoted(each) && !client.retry(deadline(), () -> isOwn(client, each)))
                findings.violation(each.name() + " was promoted and takes no records");
            long end = deadline();
            String difference = difference(each);
            while (difference != null && clients.nanos() < end) {
                clients.pause(100 * MILLI);
                difference = difference(each);
            }
            if (difference != null) findings.violation(each.name() + " is not mirrored: " + difference);
        }
        for (SimulatedCluster each : List.of(source, target)) readAll(each);
        compareGroups(committer);
        ledger.finished();
        transcript.event("judge", "is done");
    }

    /// Replicas are compared with each other, too.
    private @Nullable String difference(Partition partition) {
        for (SimulatedCluster each : List.of(source, target)) {
            String difference = Replicas.difference(each.hosts(), partition);
            if (difference != null) return each.name() + difference;
        }
        return MirrorCopies.difference(source.host(1), target.host(1), partition, isPromoted(partition));
    }

    private void readAll(SimulatedCluster of) {
        for (Partition partition : PARTITIONS) {
            if (of == target && isPromoted(partition)) continue;
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
                if (isPromoted(partition)) continue;
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
