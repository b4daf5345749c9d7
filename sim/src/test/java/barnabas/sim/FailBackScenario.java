package barnabas.sim;

import barnabas.protocol.message.DescribeConfigsRequest;
import barnabas.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import barnabas.protocol.message.DescribeConfigsResponse;
import barnabas.protocol.message.IncrementalAlterConfigsRequest;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterConfigsResource;
import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import barnabas.protocol.message.IncrementalAlterConfigsResponse;
import barnabas.protocol.message.ProduceResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Two clusters that both reverse a mirror of the same topic, with faults on both:
///
/// ```
///  producer ──► west ◄── mirror "back" ──┐        west's topic was mirrored to east and promoted there
///                └── mirror "forth" ──► east ◄── producer
/// ```
///
/// Each claims the topic at a time of its own; operators pause a mirror and give claims back. In the end one
/// of the two clusters has the topic as a mirror, the other one has all records that it ever acknowledged, once and
/// at their offsets, and takes more; both have the same.
final class FailBackScenario {
    private static final long STEPS_MAX = 12_000_000;
    private static final long NANOS_MAX = 900_000_000_000L;
    private static final long PATIENCE_NANOS = 240_000_000_000L;
    private static final long MILLI = 1_000_000;
    private static final int ALTER_VERSION = 1;
    private static final int DESCRIBE_VERSION = 4;
    private static final byte TOPIC = 2;
    private static final byte BROKER = 4;
    private static final int APART_MILLIS_MAX = 6_000;
    private static final int OPERATOR_MILLIS_MAX = 4_000;
    private static final String T0 = "t0";
    private static final String MIRROR = "barnabas.mirror";
    private static final String STATE = "barnabas.mirror.state";
    private static final List<Partition> PARTITIONS = List.of(new Partition(T0, 0), new Partition(T0, 1));

    /// One of the clusters, with what its producer was promised.
    private final class Side {
        private final String name;
        private final SimulatedCluster cluster;
        private final Faults faults;
        private final Map<Partition, Map<Long, String>> acknowledged = new HashMap<>();
        private long number;

        Side(String name, String id) {
            this.name = name;
            this.cluster = new SimulatedCluster(name + "-", id, settings, simulation, transcript, findings, clients);
            this.faults = new Faults(settings, cluster, simulation, transcript).withoutFlips();
        }

        Client client() {
            return new Client(cluster.network(), clients, findings, settings.nodes(), simulation.randomOfItsOwn());
        }

        void produce() {
            Client client = client();
            SplittableRandom random = client.random();
            while (!ended) {
                Partition partition = PARTITIONS.get(random.nextInt(PARTITIONS.size()));
                if (!send(client, partition)) {
                    client.forgetLeader(partition);
                    client.pause();
                }
                clients.pause(random.nextInt(100) * MILLI);
            }
        }

        /// A value is sent once: what is there twice was copied twice.
        boolean send(Client client, Partition partition) {
            int node = client.leader(partition);
            if (node == 0) return false;
            String value = name + "." + number++;
            var batch = Batches.plain(clients.millis(), List.of(value));
            ProduceResponse response = client.ask(
                    node, Batches.PRODUCE_VERSION, Batches.request(partition, batch, -1, null), ProduceResponse.class);
            if (response == null) return false;
            var answer = response.responses().getFirst().partitionResponses().getFirst();
            if (answer.errorCode() != 0) return false;
            acknowledged.computeIfAbsent(partition, _ -> new TreeMap<>()).put(answer.baseOffset(), value);
            return true;
        }

        boolean alter(Client client, byte type, String resource, List<AlterableConfig> changes) {
            var request = IncrementalAlterConfigsRequest.builder()
                    .resources(List.of(new AlterConfigsResource(type, resource, changes)))
                    .build();
            var response = client.ask(client.anyNode(), ALTER_VERSION, request, IncrementalAlterConfigsResponse.class);
            return response != null && response.responses().getFirst().errorCode() == 0;
        }

        /// Settings of the topic as a node knows them; null without an answer.
        @Nullable
        Map<String, String> topic(Client client) {
            var request = DescribeConfigsRequest.builder()
                    .resources(List.of(DescribeConfigsResource.builder()
                            .resourceType(TOPIC)
                            .resourceName(T0)
                            .configurationKeys(null)
                            .build()))
                    .build();
            var response = client.ask(client.anyNode(), DESCRIBE_VERSION, request, DescribeConfigsResponse.class);
            if (response == null || response.results().getFirst().errorCode() != 0) return null;
            var found = new TreeMap<String, String>();
            response.results().getFirst().configs().forEach(each -> {
                if (each.value() != null) found.put(each.name(), each.value());
            });
            return found;
        }

        void mirror(String mirror, boolean adopts) {
            var changes = new ArrayList<AlterableConfig>();
            String prefix = MIRROR + "." + mirror + ".";
            changes.add(set(prefix + "source", "10.0.0.1:" + SimulatedNetwork.PORT));
            changes.add(set(prefix + "topics", T0));
            if (adopts) changes.add(set(prefix + "existing", "adopted"));
            must(mirror + " at " + name, () -> alter(client(), BROKER, "", changes));
        }

        void pauseMirror(String mirror, boolean paused) {
            must(
                    "pause of " + mirror,
                    () -> alter(
                            client(),
                            BROKER,
                            "",
                            List.of(set(MIRROR + "." + mirror + ".state", paused ? "paused" : "active"))));
        }

        /// As `barnabas mirror promote` does with a claim; nothing is forced.
        void giveBackIfClaimed() {
            Client client = client();
            Map<String, String> topic = topic(client);
            if (topic == null || !"claiming".equals(topic.get(STATE))) return;
            transcript.event("operator", "gives " + T0 + " back at " + name);
            boolean _ = alter(client, TOPIC, T0, List.of(unset(MIRROR), unset(STATE), unset("barnabas.mirror.ready")));
        }

        /// Reasons why this side has not kept its promises.
        List<String> broken() {
            var problems = new ArrayList<String>();
            for (Partition partition : PARTITIONS) {
                Map<Long, String> there = records(this, partition);
                acknowledged.getOrDefault(partition, Map.of()).forEach((offset, value) -> {
                    String found = there.get(offset);
                    if (found == null || !found.startsWith(value + " "))
                        problems.add(value + ", acknowledged at " + offset + " of " + partition.name() + " by " + name
                                + ", is " + found);
                });
                Set<String> seen = new HashSet<>();
                there.forEach((offset, text) -> {
                    String value = text.substring(0, Math.max(0, text.indexOf(' ')));
                    if (value.indexOf('.') > 0 && !seen.add(value))
                        problems.add(value + " is in " + partition.name() + " of " + name + " twice");
                });
            }
            return problems;
        }
    }

    private final Settings settings;
    private final Transcript transcript;
    private final Findings findings;
    private final Simulation simulation;
    private final SimulatedProcess clients;
    private final SplittableRandom random;
    private final Side west;
    private final Side east;
    private final Ledger ledger;
    private boolean ended;
    private boolean done;

    private FailBackScenario(Settings settings, @Nullable Appendable out) {
        this.settings = settings;
        this.transcript = new Transcript(out, false);
        // a mirror that is prepared truncates them; what the other cluster has is compared in the end
        this.findings = new Findings(transcript, "removed committed records");
        this.simulation = new Simulation(settings.seed(), transcript);
        this.clients = new SimulatedProcess("clients", simulation, findings);
        this.random = simulation.randomOfItsOwn();
        this.ledger = new Ledger(findings);
        this.west = new Side("west", "c291cmNlLWNsdXN0ZXItaWQ");
        this.east = new Side("east", "dGFyZ2V0LWNsdXN0ZXItaWQ");
        west.cluster.network().reaches(east.cluster.network());
        east.cluster.network().reaches(west.cluster.network());
    }

    /// @param out receives the transcript as it is made, or null
    static Outcome of(Settings settings, @Nullable Appendable out) {
        Settings kept = settings.withJournal(true);
        var scenario = new FailBackScenario(kept.nodes() == 1 ? kept : kept.withReplicas(true), out);
        scenario.go();
        return Outcome.of(
                scenario.settings, scenario.transcript, scenario.findings, scenario.simulation, scenario.ledger);
    }

    private static AlterableConfig set(String name, String value) {
        return new AlterableConfig(name, (byte) 0, value);
    }

    private static AlterableConfig unset(String name) {
        return new AlterableConfig(name, (byte) 1, null);
    }

    private void go() {
        for (Side each : List.of(west, east)) {
            if (settings.nodes() > 1) each.cluster.elect(1);
            each.cluster.hosts().forEach(SimulatedHost::start);
            each.faults.watch();
        }
        clients.start("judge", this::judge);
        try {
            simulation.run(() -> done || !findings.violations().isEmpty(), NANOS_MAX, STEPS_MAX);
        } catch (Simulation.StuckException e) {
            findings.violation(String.valueOf(e.getMessage()));
        }
    }

    // ---- on threads of the clients

    private void must(String what, BooleanSupplier attempt) {
        if (!west.client().retry(clients.nanos() + PATIENCE_NANOS, attempt)) findings.violation("never: " + what);
    }

    private void judge() {
        createTopic();
        var workers = new ArrayList<Thread>();
        workers.add(clients.start("west-producer", west::produce));
        workers.add(clients.start("east-producer", east::produce));
        east.mirror("m", false);
        must("a mirror of " + T0, () -> isState(east, "mirroring"));
        clients.pause(random.nextInt(2_000) * MILLI);
        for (Side each : List.of(west, east)) each.faults.begin();
        transcript.event("judge", "promotes " + T0 + " at east");
        must(
                "promotion",
                () -> east.alter(
                        east.client(), TOPIC, T0, List.of(set(STATE, "stopping"), unset("barnabas.mirror.ready"))));
        must("the promoted topic", () -> isState(east, ""));
        clients.pause(random.nextInt(3_000) * MILLI);
        Thread back = clients.start("back", () -> operate(west, "back"));
        Thread forth = clients.start("forth", () -> operate(east, "forth"));
        join(back);
        join(forth);
        clients.pause(settings.loadMillis() / 2 * MILLI);
        transcript.event("judge", "the faults end");
        for (Side each : List.of(west, east)) each.faults.end();
        must("one mirror of two", () -> survivor() != null);
        clients.pause(1_000 * MILLI);
        ended = true;
        workers.forEach(FailBackScenario::join);
        verdict();
        done = true;
    }

    private void createTopic() {
        var work = new Work(
                settings, ledger, new Topics(findings), findings, PARTITIONS, west.cluster, west.faults.damage());
        var maker = new TopicMaker(west.client(), work);
        must("topic", () -> maker.create(1, T0, PARTITIONS.size()));
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean isState(Side side, String state) {
        Map<String, String> topic = side.topic(side.client());
        if (topic == null) return false;
        String found = topic.getOrDefault(MIRROR, "").isEmpty() ? "" : topic.getOrDefault(STATE, "mirroring");
        return found.equals(state);
    }

    private void operate(Side side, String mirror) {
        SplittableRandom own = side.client().random();
        clients.pause(own.nextInt(APART_MILLIS_MAX) * MILLI);
        transcript.event("operator", "reverses at " + side.name);
        side.mirror(mirror, true);
        for (int left = own.nextInt(4); left > 0; left--) {
            clients.pause(own.nextInt(OPERATOR_MILLIS_MAX) * MILLI);
            if (own.nextBoolean()) {
                side.giveBackIfClaimed();
            } else {
                transcript.event("operator", "pauses " + mirror);
                side.pauseMirror(mirror, true);
                clients.pause(own.nextInt(OPERATOR_MILLIS_MAX) * MILLI);
                side.pauseMirror(mirror, false);
            }
        }
    }

    /// The side whose topic is its own, while the other one mirrors it.
    private @Nullable Side survivor() {
        boolean westFollows = isState(west, "mirroring");
        boolean eastFollows = isState(east, "mirroring");
        if (westFollows && isState(east, "")) return east;
        return eastFollows && isState(west, "") ? west : null;
    }

    private static Map<Long, String> records(Side side, Partition partition) {
        return Replicas.records(side.cluster.host(1).disk(), SimulatedHost.DIRECTORY.resolve(partition.name()));
    }

    private @Nullable String difference() {
        for (Partition partition : PARTITIONS) {
            for (Side each : List.of(west, east)) {
                String difference = Replicas.difference(each.cluster.hosts(), partition);
                if (difference != null) return each.name + " " + difference;
            }
            if (!records(west, partition).equals(records(east, partition))) return partition.name() + " differs";
        }
        return null;
    }

    private void verdict() {
        Side survivor = survivor();
        if (survivor == null) {
            findings.violation("no topic of its own at the end");
            return;
        }
        transcript.event("judge", survivor.name + " keeps the topic");
        if (!west.client().retry(clients.nanos() + PATIENCE_NANOS, () -> difference() == null))
            findings.violation("never: equal copies: " + difference());
        survivor.broken().forEach(findings::violation);
        long number = survivor.number;
        for (Partition each : PARTITIONS)
            must("a record of " + survivor.name, () -> survivor.send(survivor.client(), each));
        transcript.event("judge", "is done, " + number + " records were sent");
    }
}
