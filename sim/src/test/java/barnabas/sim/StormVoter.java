package barnabas.sim;

import barnabas.base.Disk;
import barnabas.base.SimulatedDisk;
import barnabas.metadata.image.FeaturesImage;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.KnownVoters;
import barnabas.metadata.log.LocalMetadataLog;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.MetadataLog.Appended;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metadata.log.SnapshotId;
import barnabas.protocol.ApiKey;
import barnabas.protocol.ErrorCode;
import barnabas.protocol.Message;
import barnabas.protocol.MessageReader;
import barnabas.protocol.Uuid;
import barnabas.protocol.message.ApiVersionsResponse;
import barnabas.protocol.message.Messages;
import barnabas.protocol.message.RemoveRaftVoterRequest;
import barnabas.protocol.message.RemoveRaftVoterResponse;
import barnabas.protocol.metadata.TopicRecord;
import barnabas.quorum.QuorumMetadataLog;
import barnabas.quorum.QuorumSettings;
import barnabas.quorum.RaftTransport;
import barnabas.sim.QuorumStorm.Bug;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One voter of a storm: a disk that stays, and its runs, one after the other.
final class StormVoter implements MetadataLog.Listener, RaftTransport {
    private static final String LISTENER = "CONTROLLER";
    private static final String CLUSTER = "storm";
    private static final Path ROOT = Path.of("/data");
    private static final long SECOND = 1_000_000_000L;
    private static final Map<String, String> RAFT = Map.of(
            "controller.quorum.election.timeout.ms", "300",
            "controller.quorum.fetch.timeout.ms", "900",
            "controller.quorum.auto.join.enable", "true");
    /// Shown to a leader that is asked to add a voter.
    private static final ApiVersionsResponse VERSIONS = ApiVersionsResponse.builder()
            .supportedFeatures(List.of(
                    new ApiVersionsResponse.SupportedFeatureKey(FeaturesImage.KRAFT_VERSION, (short) 0, (short) 1)))
            .build();

    private record Sending(StormVoter to, Runnable now) {}

    final int id;
    final SimulatedDisk disk;
    private final QuorumStorm storm;
    private final SplittableRandom random;
    private final Transcript transcript;
    private final Findings findings;
    private final Simulation simulation;
    private final SimulatedNetwork network;
    private int runs;
    private @Nullable SimulatedProcess process;
    private @Nullable QuorumMetadataLog log;
    private QuorumLeader leader = QuorumLeader.NONE;
    // what this run has delivered
    private long delivered;
    private int deliveredEpoch;
    long newest;
    /// Requests of others that this voter has not answered, with the sender.
    private final Map<Consumer<Outcome>, Integer> unanswered = new LinkedHashMap<>();
    /// Requests of the moment, which have not left yet.
    private final List<Sending> outgoing = new ArrayList<>();
    /// Nothing listens, although the process runs.
    private boolean refuses;

    StormVoter(int id, QuorumStorm storm) {
        this.id = id;
        this.storm = storm;
        this.random = storm.random;
        this.transcript = storm.transcript;
        this.findings = storm.findings;
        this.simulation = storm.simulation;
        this.network = storm.network;
        this.disk = new SimulatedDisk(random.nextLong(), new SimulatedProcess("disk-" + id, simulation, findings));
        if (storm.bug == Bug.FORCED_WRITES_FORGOTTEN) disk.forceNothing();
    }

    boolean isUp() {
        return process != null && !process.isDead();
    }

    void start() {
        if (disk.stopped()) end(random.nextBoolean());
        runs++;
        var run = new SimulatedProcess("v" + id + "." + runs, simulation, findings);
        process = run;
        delivered = 0;
        leader = QuorumLeader.NONE;
        transcript.event("node", "start " + run.name());
        var own = new Random(random.nextLong());
        run.start("main", () -> open(run, own));
    }

    private void open(SimulatedProcess run, Random own) {
        try {
            Disk node = new NodeDisk(disk, run, random.split(), Plant.NONE);
            if (storm.bug == Bug.LOST_VOTE_IS_KEPT) node = new KeptVote(node);
            boolean founds =
                    storm.kind.change && id == 1 && KnownVoters.read(ROOT, node).isAlone(id);
            var opened = QuorumMetadataLog.open(ROOT, settings(founds), this, node, run, run, own);
            log = opened;
            opened.start(this);
        } catch (IOException e) {
            findings.violation("v" + id + " does not start: " + e);
            run.kill();
        }
    }

    private QuorumSettings settings(boolean founds) {
        var addresses = new TreeMap<Integer, InetSocketAddress>();
        for (StormVoter voter : storm.voters) addresses.put(voter.id, address(voter.id));
        return new QuorumSettings(
                id,
                directory(),
                CLUSTER,
                true,
                storm.kind.change ? Map.of() : addresses,
                founds,
                storm.kind.change ? List.copyOf(addresses.values()) : List.of(),
                LISTENER,
                Map.of(LISTENER, address(id)),
                RAFT,
                4_000);
    }

    private static InetSocketAddress address(int voter) {
        return InetSocketAddress.createUnresolved("v" + voter, voter);
    }

    private Uuid directory() {
        return new Uuid(7, id);
    }

    /// The metadata log of a node alone, which becomes that of the first voter.
    void writeLogAlone() {
        var run = new SimulatedProcess("alone", simulation, findings);
        run.start("main", () -> {
            try {
                var alone = LocalMetadataLog.open(ROOT, id, disk, run, run);
                alone.start(this);
                alone.append(leader.epoch(), MetadataVersion.LATEST, List.of(record(++storm.lastNumber)));
                alone.close();
            } catch (IOException e) {
                findings.violation("no log of a node alone: " + e);
            }
            run.kill();
        });
        simulation.run(run::isDead, SECOND, QuorumStorm.STEPS_MAX);
    }

    boolean leads() {
        return isUp() && log != null && leader.isLedBy(id);
    }

    /// Asks this voter, the leader, to remove another one or itself.
    void remove(StormVoter other) {
        QuorumMetadataLog now = log;
        SimulatedProcess run = process;
        if (now == null || run == null) return;
        var request = RemoveRaftVoterRequest.builder()
                .clusterId(CLUSTER)
                .voterId(other.id)
                .voterDirectoryId(other.directory())
                .build();
        short version = request.apiKey().highestStableVersion();
        transcript.event("remove", "v" + other.id + " by v" + id);
        run.start(
                "remove",
                () -> now.handle(LISTENER, request.apiKey().id(), version, 1, request.toBuffer(version))
                        .thenAccept(reply -> removed(other, reply, version)));
    }

    private void removed(StormVoter other, ByteBuffer reply, short version) {
        var answer = (RemoveRaftVoterResponse)
                Messages.readResponse(ApiKey.REMOVE_RAFT_VOTER, new MessageReader(reply), version);
        transcript.event("remove", "v" + other.id + ": " + ErrorCode.of(answer.errorCode()));
        if (answer.errorCode() != ErrorCode.NONE.code()) return;
        storm.removals++;
        if (storm.bug == Bug.REMOVED_LEADER_FAILS && other == this) failed(new IllegalStateException("removed"));
    }

    void append() {
        QuorumMetadataLog now = log;
        SimulatedProcess run = process;
        if (now == null || run == null || !leads()) return;
        long number = ++storm.lastNumber;
        int epoch = leader.epoch();
        run.start("append", () -> {
            Appended appended = now.append(epoch, MetadataVersion.LATEST, List.of(record(number)));
            transcript.event("append", "v" + id + " " + number + " " + appended);
        });
    }

    private Message record(long number) {
        return new TopicRecord("t" + number, new Uuid(1, number));
    }

    /// The machine stops in the middle of one of its next changes of the disk.
    void stopsSoon() {
        if (isUp()) disk.stopAfter(1 + random.nextInt(60));
        storm.weather.later(SECOND / 2, () -> {
            if (disk.stopped()) end(random.nextBoolean());
        });
    }

    void end(boolean powerLost) {
        SimulatedProcess run = process;
        if (run == null) return;
        transcript.event("fault", (powerLost ? "cut the power of " : "kill ") + run.name());
        run.kill();
        process = null;
        log = null;
        if (powerLost) disk.loseFromCache();
        else disk.keepCache();
        // Nobody closes the connections of a machine without power.
        if (powerLost) unanswered.clear();
        else closeConnections();
    }

    private void closeConnections() {
        for (var each : unanswered.entrySet())
            network.send(id, each.getValue(), () -> each.getKey().accept(new Outcome.Disconnected("closed")));
        unanswered.clear();
    }

    /// A false alarm: the process goes on, its connections close, and its host refuses others for a while.
    void refuseFor(long nanos) {
        if (!isUp() || refuses) return;
        transcript.event("fault", "v" + id + " refuses");
        refuses = true;
        closeConnections();
        storm.weather.later(nanos, () -> refuses = false);
    }

    void stop() {
        QuorumMetadataLog now = log;
        SimulatedProcess run = process;
        if (now == null || run == null || run.isDead()) return;
        log = null;
        run.start("stop", () -> {
            try {
                now.close();
            } catch (IOException e) {
                findings.violation("v" + id + " does not close: " + e);
            }
            simulation.after(0, () -> {
                if (process == run) end(false);
            });
        });
    }

    void snapshot() {
        QuorumMetadataLog now = log;
        SimulatedProcess run = process;
        if (now == null || run == null || run.isDead() || delivered == 0) return;
        var at = new SnapshotId(delivered, deliveredEpoch);
        var content = new ArrayList<Message>();
        for (long number : storm.committed.headMap(delivered).values()) content.add(record(number));
        run.start("snapshot", () -> {
            try {
                boolean written = now.writeSnapshot(at, 1, MetadataVersion.LATEST, List.of(content));
                transcript.event("snapshot", "v" + id + " " + at + " " + written);
            } catch (IOException e) {
                findings.violation("v" + id + " writes no snapshot: " + e);
            }
        });
    }

    // ---- notices, on the Raft thread

    @Override
    public void snapshotLoaded(MetadataLog.Snapshot snapshot) {
        var expected =
                List.copyOf(storm.committed.headMap(snapshot.id().endOffset()).values());
        var found = new ArrayList<Long>();
        for (List<Message> batch : snapshot.batches()) for (Message each : batch) found.add(number(each));
        if (!found.equals(expected))
            findings.violation("v" + id + " loads " + found + " and " + expected + " was committed");
        transcript.event("load", "v" + id + " " + snapshot.id());
        delivered = snapshot.id().endOffset();
        deliveredEpoch = snapshot.id().epoch();
        if (!found.isEmpty()) newest = found.getLast();
    }

    @Override
    public void committed(MetadataLog.CommittedBatch batch) {
        long offset = batch.baseOffset();
        for (Message each : batch.records()) {
            long number = number(each);
            Long before = storm.committed.putIfAbsent(offset, number);
            if (before != null && before != number)
                findings.violation(
                        "v" + id + " has " + number + " at " + offset + " where " + before + " was committed");
            if (before == null && storm.committed.lastKey() != offset)
                findings.violation(
                        "v" + id + " finds " + number + " at " + offset + " below " + storm.committed.lastKey());
            newest = number;
            offset++;
        }
        transcript.event("commit", "v" + id + " " + batch.lastOffset());
        delivered = batch.lastOffset() + 1;
        deliveredEpoch = batch.epoch();
    }

    private static long number(Message record) {
        return record instanceof TopicRecord topic ? topic.topicId().leastSignificantBits() : -1;
    }

    @Override
    public void leaderChanged(QuorumLeader now) {
        transcript.event("leader", "v" + id + " " + now);
        if (now.isLedBy(id)) storm.elections++;
        leader = now;
    }

    @Override
    public void dropped(IOException shortage, Runnable goOn) {
        findings.violation("v" + id + " drops: " + shortage);
    }

    @Override
    public void failed(Throwable cause) {
        findings.threadFailed("v" + id, "raft", cause);
        findings.violation("v" + id + " has failed: " + cause);
    }

    // ---- the network

    @Override
    public void send(Destination to, Request request, int timeoutMillis, Consumer<Outcome> outcome) {
        SimulatedProcess run = process;
        if (run == null) return;
        if (outgoing.isEmpty()) simulation.after(0, this::sendAll);
        outgoing.add(
                new Sending(storm.voters.get(to.port() - 1), () -> send(run, to, request, timeoutMillis, outcome)));
    }

    /// In the order of the receivers: the engine walks over sets whose order differs from process to process, and one
    /// seed has to give one course in each.
    private void sendAll() {
        var all = new ArrayList<>(outgoing);
        outgoing.clear();
        all.sort(Comparator.comparingInt(each -> each.to.id));
        for (Sending each : all) each.now.run();
    }

    private void send(
            SimulatedProcess run, Destination to, Request request, int timeoutMillis, Consumer<Outcome> outcome) {
        if (run.isDead()) return;
        var answered = new AtomicBoolean();
        Consumer<Outcome> once = given -> {
            if (!run.isDead() && answered.compareAndSet(false, true)) run.start("answer", () -> outcome.accept(given));
        };
        run.later(timeoutMillis * 1_000_000L, () -> once.accept(new Outcome.Unreachable("no answer in time")));
        short version = request.highestVersion();
        StormVoter other = storm.voters.get(to.port() - 1);
        if (request.apiKey() == ApiKey.API_VERSIONS.id()) {
            network.send(
                    id,
                    other.id,
                    () -> network.send(
                            other.id,
                            id,
                            () -> once.accept(new Outcome.Answered(version, VERSIONS.toBuffer(version)))));
            return;
        }
        var body = request.body().apply(version);
        network.send(id, other.id, () -> other.receive(request.apiKey(), version, body, id, once));
    }

    @Override
    public boolean isRefused(Destination at) {
        StormVoter other = storm.voters.get(at.port() - 1);
        boolean isCut = network.isCut(id, other.id) || network.isCut(other.id, id);
        return !isCut && (!other.isUp() || other.refuses);
    }

    private void receive(short apiKey, short version, ByteBuffer body, int from, Consumer<Outcome> answer) {
        SimulatedProcess run = process;
        QuorumMetadataLog now = log;
        if (run == null || run.isDead() || now == null || refuses) {
            network.send(id, from, () -> answer.accept(new Outcome.Disconnected("refused")));
            return;
        }
        unanswered.put(answer, from);
        run.start(
                "request",
                () -> now.handle(LISTENER, apiKey, version, 1, body).whenComplete((reply, failed) -> {
                    // The connection may have closed meanwhile.
                    if (unanswered.remove(answer) == null) return;
                    network.send(
                            id,
                            from,
                            () -> answer.accept(
                                    reply == null
                                            ? new Outcome.Unreachable(String.valueOf(failed))
                                            : new Outcome.Answered(version, reply)));
                }));
    }
}
