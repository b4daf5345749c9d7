package barnabas.coordination.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.coordination.Marker;
import barnabas.coordination.Producer;
import barnabas.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

/// Clients, time-outs, lost and late requests, slow markers, failed appends and new coordinators in any order,
/// against a model of the partitions that transactions write to.
class InterleavingsTest {
    private static final int STEPS = 400;
    private static final List<String> IDS = List.of("a", "b", "c");
    private static final List<Participant> PARTITIONS =
            List.of(new Participant("t", 0), new Participant("t", 1), new Participant("u", 0));

    /// A partition as far as transactions see it (KIP-98, KIP-890).
    private static final class ModelPartition {
        private record Open(short epoch, long firstOffset) {}

        private final Map<Long, Open> open = new HashMap<>();
        private final Map<Long, Short> epochs = new HashMap<>();
        private final Map<Long, Integer> markers = new HashMap<>();
        private long end;
        private long highestStable;

        boolean append(Producer producer, boolean verified) {
            if (producer.epoch() < epochs.getOrDefault(producer.id(), (short) -1)) return false;
            if (!open.containsKey(producer.id()) && !verified) return false;
            epochs.put(producer.id(), producer.epoch());
            open.putIfAbsent(producer.id(), new Open(producer.epoch(), end));
            end++;
            checkStable();
            return true;
        }

        /// @return the transaction that ended, null when there was none
        @Nullable
        Open end(Marker marker) {
            long id = marker.producer().id();
            short epoch = epochs.getOrDefault(id, (short) -1);
            Open was = open.get(id);
            if (was != null && marker.transactionVersion() >= 2) {
                assertThat(marker.producer().epoch())
                        .as("epoch of a strict marker")
                        .isGreaterThan(was.epoch);
            }
            assertThat(marker.producer().epoch()).isGreaterThanOrEqualTo(epoch);
            epochs.put(id, marker.producer().epoch());
            markers.merge(id, 1, Integer::sum);
            open.remove(id);
            end++;
            checkStable();
            return was;
        }

        private void checkStable() {
            long stable =
                    open.values().stream().mapToLong(Open::firstOffset).min().orElse(end);
            assertThat(stable).as("last stable offset").isGreaterThanOrEqualTo(highestStable);
            highestStable = stable;
        }
    }

    /// State of a client as it knows it.
    private static final class Client {
        final String id;
        final short version;

        @Nullable
        Producer producer;

        Client(String id, short version) {
            this.id = id;
            this.version = version;
        }
    }

    private record LateAppend(Participant participant, Producer producer, short version, int markersSeen) {}

    private static final class Run {
        final Random random;
        final CoreWorld world = new CoreWorld();
        final Map<Participant, ModelPartition> partitions = new HashMap<>();
        final List<Client> clients = new ArrayList<>();
        final List<LateAppend> lateAppends = new ArrayList<>();
        final List<EndTransaction> sentEnds = new ArrayList<>();
        final List<AddPartitions> sentAdds = new ArrayList<>();
        /// Outcome of each transaction with an epoch of its own, by producer id and epoch.
        final Map<Producer, Boolean> outcomes = new HashMap<>();
        final Map<Producer, Boolean> promised = new HashMap<>();
        final Map<Long, Short> epochs = new HashMap<>();
        long nextProducerId = 1;

        Run(long seed) {
            random = new Random(seed);
            for (Participant each : PARTITIONS) partitions.put(each, new ModelPartition());
            for (String id : IDS) {
                clients.add(new Client(id, (short) 2));
                clients.add(new Client(id, (short) 2));
            }
            clients.add(new Client("c", (short) 0));
            clients.add(new Client("d", (short) 0));
            world.watcher = this::changed;
        }

        void changed(String id, @Nullable Transaction before, @Nullable Transaction after) {
            if (after == null) {
                assertThat(before).isNotNull();
                assertThat(before.state().isIdle()).isTrue();
                return;
            }
            if (before != null) {
                assertThat(after.state().mayFollow(before.state()))
                        .as("%s: %s after %s", id, after.state(), before.state())
                        .isTrue();
            }
            Producer producer = after.producer();
            assertThat(producer.epoch())
                    .as("epochs of %d", producer.id())
                    .isGreaterThanOrEqualTo(epochs.getOrDefault(producer.id(), (short) -1));
            epochs.put(producer.id(), producer.epoch());
        }

        void step() {
            Client client = clients.get(random.nextInt(clients.size()));
            switch (random.nextInt(20)) {
                case 0 -> init(client, random.nextInt(3) == 0);
                case 1, 2, 3, 4, 5, 6 -> produce(client);
                case 7, 8, 9 -> lateAppend();
                case 10, 11, 12 -> end(client, random.nextBoolean());
                case 13, 14, 15 -> markers();
                case 16 -> world.advance(random.nextInt(30_000));
                case 17 -> repeatOld();
                case 18 -> {
                    if (random.nextInt(5) == 0) restart();
                }
                case 19 -> {
                    if (random.nextInt(5) == 0) world.nextAppendFails = ErrorCode.NOT_ENOUGH_REPLICAS;
                }
                default -> throw new AssertionError();
            }
            noneHangs();
        }

        void init(Client client, boolean goesOn) {
            Producer expected = goesOn ? client.producer : null;
            long timeout = 1_000 + random.nextInt(60_000);
            var request = new InitProducer(client.id, (int) timeout, expected, nextProducerId++);
            world.carryOut(world.shard.initProducerId(
                    world.ticket(grant -> {
                        if (grant instanceof Grant.Granted(Producer producer)) client.producer = producer;
                    }),
                    request,
                    world.now()));
        }

        void produce(Client client) {
            Producer producer = client.producer;
            if (producer == null) return;
            Participant participant = PARTITIONS.get(random.nextInt(PARTITIONS.size()));
            var request = new AddPartitions(
                    client.id, producer, List.of(participant), client.version, random.nextInt(2) * 100L);
            sentAdds.add(request);
            if (client.version < 2) {
                world.carryOut(world.shard.addPartitions(world.ticket(error -> {}), request, world.now()));
                int seen = markersSeen(participant, producer);
                var verdict = world.shard
                        .verify(client.id, producer, Set.of(participant))
                        .get(participant);
                if (verdict == ErrorCode.NONE) {
                    lateAppends.add(new LateAppend(participant, producer, client.version, seen));
                }
                return;
            }
            world.carryOut(world.shard.addPartitions(
                    world.ticket(error -> {
                        if (error == ErrorCode.NONE) {
                            lateAppends.add(new LateAppend(participant, producer, client.version, 0));
                        }
                    }),
                    request,
                    world.now()));
        }

        int markersSeen(Participant participant, Producer producer) {
            return partitions.get(participant).markers.getOrDefault(producer.id(), 0);
        }

        void lateAppend() {
            if (lateAppends.isEmpty()) return;
            LateAppend late = lateAppends.remove(random.nextInt(lateAppends.size()));
            boolean verified = late.version >= 2 || late.markersSeen == markersSeen(late.participant, late.producer);
            partitions.get(late.participant).append(late.producer, verified);
        }

        void end(Client client, boolean commit) {
            Producer producer = client.producer;
            if (producer == null) return;
            var request = new EndTransaction(client.id, producer, commit, client.version, nextProducerId++);
            if (client.version >= 2) sentEnds.add(request);
            world.carryOut(world.shard.endTransaction(
                    world.ticket(grant -> {
                        if (grant instanceof Grant.Granted(Producer next)) {
                            client.producer = next;
                            if (client.version >= 2) promise(producer, commit);
                        }
                    }),
                    request,
                    world.now()));
        }

        private void promise(Producer producer, boolean commit) {
            Boolean before = promised.put(producer, commit);
            assertThat(before == null || before == commit)
                    .as("two answers to %s", producer)
                    .isTrue();
            Boolean outcome = outcomes.get(producer);
            assertThat(outcome == null || outcome == commit)
                    .as("told otherwise: %s", producer)
                    .isTrue();
        }

        /// A request that was delayed on its way.
        void repeatOld() {
            if (random.nextBoolean() && !sentEnds.isEmpty()) {
                EndTransaction old = sentEnds.get(random.nextInt(sentEnds.size()));
                world.carryOut(world.shard.endTransaction(
                        world.ticket(grant -> {
                            if (grant instanceof Grant.Granted granted) promise(old.producer(), old.commit());
                        }),
                        old,
                        world.now()));
            } else if (!sentAdds.isEmpty()) {
                AddPartitions old = sentAdds.get(random.nextInt(sentAdds.size()));
                world.carryOut(world.shard.addPartitions(world.ticket(error -> {}), old, world.now()));
            }
        }

        void markers() {
            MarkerOrder.Write order = world.orders.poll();
            if (order == null) return;
            var unreached = new ArrayList<Participant>();
            for (Participant each : order.participants()) {
                if (random.nextInt(6) == 0) unreached.add(each);
                else write(each, order.marker());
            }
            // the coordinator may be replaced before the report arrives
            if (random.nextInt(10) == 0) restart();
            else world.reportMarkers(order, unreached);
        }

        private void write(Participant participant, Marker marker) {
            ModelPartition.Open ended = partitions.get(participant).end(marker);
            if (ended == null || marker.transactionVersion() < 2) return;
            var transaction = new Producer(marker.producer().id(), ended.epoch);
            Boolean other = outcomes.put(transaction, marker.commit());
            assertThat(other == null || other == marker.commit())
                    .as("torn: %s", transaction)
                    .isTrue();
            Boolean told = promised.get(transaction);
            assertThat(told == null || told == marker.commit())
                    .as("told otherwise: %s", transaction)
                    .isTrue();
        }

        void restart() {
            assertThat(world.replayed().transactions()).isEqualTo(world.shard.transactions());
            world.nextAppendFails = null;
            world.restart();
        }

        /// A transaction that is open on a partition is known to the coordinator, which will end it.
        void noneHangs() {
            Map<Long, Transaction> byProducer = new HashMap<>();
            for (Transaction each : world.shard.transactions().values()) {
                byProducer.put(each.producer().id(), each);
            }
            partitions.forEach((participant, partition) -> partition
                    .open
                    .keySet()
                    .forEach(id -> {
                        Transaction owner = byProducer.get(id);
                        assertThat(owner)
                                .as("owner of what %d has open on %s", id, participant)
                                .isNotNull();
                        assertThat(owner.participants()).as("%s", owner).contains(participant);
                    }));
        }

        void drain() {
            world.nextAppendFails = null;
            for (int round = 0; round < 20; round++) {
                world.advance(70_000);
                for (MarkerOrder.Write order = world.orders.poll(); order != null; order = world.orders.poll()) {
                    for (Participant each : order.participants()) write(each, order.marker());
                    world.reportMarkers(order, List.of());
                }
            }
            world.shard
                    .transactions()
                    .forEach((id, each) -> assertThat(each.state().isIdle())
                            .as("%s: %s", id, each.state())
                            .isTrue());
            partitions.forEach(
                    (participant, partition) -> assertThat(partition.open).isEmpty());
            assertThat(world.replayed().transactions()).isEqualTo(world.shard.transactions());
        }
    }

    @Property(tries = 300, shrinking = ShrinkingMode.OFF)
    void transactionsEndAsDecidedInEveryInterleaving(@ForAll long seed) {
        var run = new Run(seed);
        for (int i = 0; i < STEPS; i++) run.step();
        run.drain();
    }
}
