package barnabas.sim;

import barnabas.base.SimulatedDisk;
import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.MetadataLog.Appended;
import barnabas.metadata.log.QuorumLeader;
import barnabas.metadata.log.SnapshotId;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.TopicRecord;
import barnabas.quorum.QuorumMetadataLog;
import barnabas.quorum.QuorumSettings;
import barnabas.quorum.RaftTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Three voters of a metadata quorum, without the rest of a node, in a storm of kills, power cuts and cut links.
/// Records
/// are numbered; what one voter has delivered as committed must stand at the same offset for all voters and for ever.
final class QuorumStorm {
    private static final int VOTERS = 3;
    private static final String LISTENER = "CONTROLLER";
    private static final Path ROOT = Path.of("/data");
    private static final long SECOND = 1_000_000_000L;
    private static final long STORM_NANOS = 20 * SECOND;
    private static final long CALM_NANOS = 60 * SECOND;
    private static final long STEPS_MAX = 20_000_000;

    private final SplittableRandom random;
    private final Transcript transcript = new Transcript(null, false);
    private final Findings findings = new Findings(transcript);
    private final Simulation simulation;
    private final SimulatedNetwork network;
    private final boolean forgetsForcedWrites;
    private final List<Voter> voters = new ArrayList<>();
    /// Numbers that were delivered as committed, by offset.
    private final TreeMap<Long, Long> committed = new TreeMap<>();
    private final SimulatedProcess weather;
    private long lastNumber;
    private int elections;

    /// @param forgetsForcedWrites plants a bug: what was forced is lost in a power cut like everything else
    QuorumStorm(long seed, boolean forgetsForcedWrites) {
        this.random = new SplittableRandom(seed);
        this.simulation = new Simulation(random.nextLong(), transcript);
        this.network = new SimulatedNetwork(simulation, transcript, findings);
        this.forgetsForcedWrites = forgetsForcedWrites;
        this.weather = new SimulatedProcess("weather", simulation, findings);
        for (int id = 1; id <= VOTERS; id++) voters.add(new Voter(id));
    }

    /// @param hash of the whole course
    record Result(List<String> violations, int committed, int elections, long hash) {}

    Result run() {
        voters.forEach(Voter::start);
        appendSoon();
        faultSoon();
        simulation.run(() -> simulation.nanos() > STORM_NANOS, 2 * STORM_NANOS, STEPS_MAX);
        network.healAll();
        restartSoon();
        long before = lastNumber;
        long end = simulation.nanos() + CALM_NANOS;
        try {
            simulation.run(() -> voters.stream().allMatch(voter -> voter.newest > before), end, STEPS_MAX);
        } catch (Simulation.StuckException e) {
            findings.violation("nothing is committed on all voters after the storm: " + e.getMessage());
        }
        return new Result(findings.violations(), committed.size(), elections, transcript.hash());
    }

    private void appendSoon() {
        weather.later(random.nextLong(SECOND / 20), () -> {
            for (Voter voter : voters) if (random.nextInt(3) > 0) voter.append();
            appendSoon();
        });
    }

    private void faultSoon() {
        weather.later(random.nextLong(SECOND), () -> {
            if (simulation.nanos() > STORM_NANOS) return;
            Voter voter = voters.get(random.nextInt(VOTERS));
            switch (random.nextInt(8)) {
                case 0 -> voter.end(false);
                case 1 -> voter.end(true);
                case 2 -> voter.stopsSoon();
                case 3 -> network.cut(voter.id, voter.id % VOTERS + 1);
                case 4 -> network.healAll();
                case 5 -> voter.snapshot();
                case 6 -> voter.refuseFor(random.nextLong(2 * SECOND));
                default -> voter.stop();
            }
            for (Voter each : voters) if (!each.isUp() && random.nextInt(3) > 0) each.start();
            faultSoon();
        });
    }

    private void restartSoon() {
        weather.later(SECOND / 2, () -> {
            for (Voter voter : voters) if (!voter.isUp() || voter.disk.stopped()) voter.start();
            restartSoon();
        });
    }

    private final class Voter implements MetadataLog.Listener, RaftTransport {
        final int id;
        final SimulatedDisk disk;
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
        /// Nothing listens, although the process runs.
        private boolean refuses;

        Voter(int id) {
            this.id = id;
            this.disk = new SimulatedDisk(random.nextLong(), new SimulatedProcess("disk-" + id, simulation, findings));
            if (forgetsForcedWrites) disk.forceNothing();
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
            var settings = new QuorumSettings(
                    id,
                    new Uuid(7, id),
                    "storm",
                    true,
                    addresses(),
                    false,
                    List.of(),
                    LISTENER,
                    Map.of(LISTENER, addresses().get(id)),
                    Map.of("controller.quorum.election.timeout.ms", "300", "controller.quorum.fetch.timeout.ms", "900"),
                    4_000);
            var own = new Random(random.nextLong());
            run.start("main", () -> open(run, settings, own));
        }

        private void open(SimulatedProcess run, QuorumSettings settings, Random own) {
            try {
                var node = new NodeDisk(disk, run, random.split(), Plant.NONE);
                var opened = QuorumMetadataLog.open(ROOT, settings, this, node, run, run, own);
                log = opened;
                opened.start(this);
            } catch (IOException e) {
                findings.violation("v" + id + " does not start: " + e);
                run.kill();
            }
        }

        private static Map<Integer, InetSocketAddress> addresses() {
            var all = new TreeMap<Integer, InetSocketAddress>();
            for (int voter = 1; voter <= VOTERS; voter++)
                all.put(voter, InetSocketAddress.createUnresolved("v" + voter, voter));
            return all;
        }

        void append() {
            QuorumMetadataLog now = log;
            SimulatedProcess run = process;
            if (now == null || run == null || run.isDead() || !leader.isLedBy(id)) return;
            long number = ++lastNumber;
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
            weather.later(SECOND / 2, () -> {
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
            weather.later(nanos, () -> refuses = false);
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
            for (long number : committed.headMap(delivered).values()) content.add(record(number));
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
                    List.copyOf(committed.headMap(snapshot.id().endOffset()).values());
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
                Long before = committed.putIfAbsent(offset, number);
                if (before != null && before != number)
                    findings.violation(
                            "v" + id + " has " + number + " at " + offset + " where " + before + " was committed");
                if (before == null && committed.lastKey() != offset)
                    findings.violation(
                            "v" + id + " finds " + number + " at " + offset + " below " + committed.lastKey());
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
            if (now.isLedBy(id)) elections++;
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
            var answered = new AtomicBoolean();
            Consumer<Outcome> once = given -> {
                if (!run.isDead() && answered.compareAndSet(false, true))
                    run.start("answer", () -> outcome.accept(given));
            };
            run.later(timeoutMillis * 1_000_000L, () -> once.accept(new Outcome.Unreachable("no answer in time")));
            short version = request.highestVersion();
            var body = request.body().apply(version);
            Voter other = voters.get(to.port() - 1);
            network.send(id, other.id, () -> other.receive(request.apiKey(), version, body, id, once));
        }

        @Override
        public boolean isRefused(Destination at) {
            Voter other = voters.get(at.port() - 1);
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
}
