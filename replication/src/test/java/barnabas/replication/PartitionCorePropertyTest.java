package barnabas.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Random inputs in any order, late and repeated ones among them: the high watermark never goes back and stays below
/// every replica that may be elected; no epoch has two leaders; every wait ends once.
class PartitionCorePropertyTest {
    private static final int STEPS = 300;
    private static final int SELF = 1;
    private static final List<Integer> REPLICAS = List.of(1, 2, 3);

    @Property(tries = 300)
    void invariantsHold(@ForAll long seed) {
        var world = new World(seed);
        for (int i = 0; i < STEPS; i++) world.step();
        world.finish();
    }

    /// A refusal of an older change came after a later one was made.
    @Example
    void aLateAnswerSettlesNothing() {
        invariantsHold(3455);
    }

    /// Surroundings of the core: the controller's state, the followers' logs, waits.
    private static final class World {
        private final Random random;
        private final Random brokers;
        private final long seed;
        private final PartitionCore core;
        private final WaitQueue queue = new WaitQueue();
        private final List<Waiting> waits = new ArrayList<>();
        private final Map<Integer, Integer> leaders = new HashMap<>();
        private final Map<Integer, Long> ends = new HashMap<>(Map.of(2, 0L, 3, 0L));
        /// The controller's state, which may be ahead of what the core knows.
        private Set<Integer> isr = new HashSet<>(REPLICAS);

        private int epoch = 0;
        private int partitionEpoch = 0;
        private int leader = SELF;
        private final List<IsrChange> asked = new ArrayList<>();
        private final List<IsrAnswer> answers = new ArrayList<>();
        private long logEnd;
        private long durable;
        private long highWatermark;
        private long now;

        World(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            this.brokers = new Random(~seed);
            core = new PartitionCore(SELF, 0, 0, 0, 1 + random.nextInt(3), 50);
            image();
        }

        private static final class Waiting implements PartitionWait.Listener {
            private int ends;
            private final long offset;
            private final int epoch;

            Waiting(long offset, int epoch) {
                this.offset = offset;
                this.epoch = epoch;
            }

            @Override
            public void ended(WaitOutcome outcome) {
                ends++;
            }
        }

        void step() {
            now += random.nextInt(20);
            switch (random.nextInt(12)) {
                case 0, 1 -> append();
                case 2 -> {
                    durable = Math.min(logEnd, durable + random.nextInt(5));
                    carryOut(core.durable(durable));
                }
                case 3, 4, 5 -> fetch();
                case 6 -> decide();
                case 7 -> answer();
                case 8 -> carryOut(core.tick(now));
                case 9 -> {
                    if (random.nextInt(4) == 0) elect();
                    image();
                }
                case 10 -> begin();
                default -> follow();
            }
        }

        private boolean leads() {
            return core.role() instanceof Role.Leading;
        }

        private void append() {
            if (!leads()) {
                carryOut(core.appended(core.role().epoch() - 1, logEnd + 100, logEnd + 100));
                return;
            }
            logEnd += 1 + random.nextInt(5);
            carryOut(core.appended(core.role().epoch(), logEnd, durable));
        }

        private void fetch() {
            int replica = 2 + random.nextInt(2);
            if (!leads()) return;
            // before its first fetch in an epoch a follower has cut off what the leader does not have
            long end = Math.min(logEnd, ends.get(replica) + random.nextInt(6));
            ends.put(replica, end);
            carryOut(core.fetched(replica, core.role().epoch(), end, brokers.nextInt(6) > 0, now));
            if (brokers.nextInt(10) == 0) carryOut(core.brokerStopped(2 + brokers.nextInt(2)));
        }

        /// The controller takes one of the changes that it was asked for, or not.
        private void decide() {
            if (asked.isEmpty()) return;
            IsrChange change = asked.remove(random.nextInt(asked.size()));
            if (change.leaderEpoch() != epoch || change.partitionEpoch() != partitionEpoch) {
                answers.add(new IsrAnswer.Outdated(change));
            } else if (random.nextInt(4) == 0) {
                answers.add(new IsrAnswer.Refused(change));
            } else {
                isr = new HashSet<>(change.isr());
                partitionEpoch++;
                answers.add(
                        random.nextInt(3) == 0
                                ? new IsrAnswer.Unknown(change)
                                : new IsrAnswer.Accepted(change, partitionEpoch, new TreeSet<>(isr)));
            }
        }

        private void answer() {
            if (!answers.isEmpty()) carryOut(core.isrAnswered(answers.remove(0)));
        }

        private void elect() {
            epoch++;
            partitionEpoch++;
            var candidates = new ArrayList<>(isr);
            leader = candidates.get(random.nextInt(candidates.size()));
            // the new leader has all that was committed
            if (leader != SELF) assertThat(ends.get(leader)).as("seed %d", seed).isGreaterThanOrEqualTo(highWatermark);
        }

        private void image() {
            Integer before = leaders.put(epoch, leader);
            assertThat(before == null || before == leader).isTrue();
            if (leader == SELF) {
                if (core.role().epoch() < epoch) ends.replaceAll((_, end) -> Math.min(end, logEnd));
                carryOut(core.lead(new PartitionState(SELF, epoch, partitionEpoch, REPLICAS, List.copyOf(isr)), now));
            } else {
                if (core.role().epoch() < epoch) {
                    long end = ends.get(leader);
                    ends.replaceAll((_, each) -> Math.min(each, end));
                }
                carryOut(core.follow(leader, epoch));
            }
        }

        private void follow() {
            if (!(core.role() instanceof Role.Following following)) return;
            int its = following.leader();
            if (logEnd > ends.get(its)) {
                carryOut(core.diverged(following.epoch(), ends.get(its)));
                return;
            }
            ends.merge(its, (long) random.nextInt(4), Long::sum);
            logEnd = ends.get(its);
            durable = logEnd;
            core.logEnds(logEnd, durable);
            long committed = logEnd;
            for (int each : isr) if (each != SELF) committed = Math.min(committed, ends.get(each));
            if (committed >= highWatermark)
                carryOut(core.leaderHighWatermark(following.epoch(), random.nextLong(highWatermark, committed + 1)));
        }

        private void begin() {
            if (!leads() || logEnd <= highWatermark) return;
            var waiting = new Waiting(
                    random.nextLong(highWatermark, logEnd) + 1, core.role().epoch());
            waits.add(waiting);
            assertThat(queue.add(new PartitionWait(waiting.offset, waiting))).isTrue();
        }

        private void carryOut(Duties duties) {
            PartitionWait ended = null;
            if (duties.epochEnded()) ended = queue.end(Long.MAX_VALUE, WaitOutcome.FENCED, ended);
            if (duties.movesHighWatermark()) {
                assertThat(duties.highWatermark()).as("seed %d", seed).isGreaterThan(highWatermark);
                highWatermark = duties.highWatermark();
                if (leads()) {
                    assertThat(highWatermark).as("seed %d", seed).isLessThanOrEqualTo(durable);
                    // unless a later election is already on its way, which this leader does not know of
                    if (core.role().epoch() == epoch)
                        for (int each : isr)
                            if (each != SELF)
                                assertThat(ends.get(each)).as("seed %d", seed).isGreaterThanOrEqualTo(highWatermark);
                }
            }
            ended = queue.end(highWatermark, WaitOutcome.COMMITTED, ended);
            for (PartitionWait each = ended; each != null; each = each.after) each.announce();
            if (duties.truncateTo() >= 0) {
                logEnd = duties.truncateTo();
                durable = Math.min(durable, logEnd);
                core.logEnds(logEnd, durable);
            }
            if (duties.isrChange() != null) asked.add(duties.isrChange());
            assertThat(core.highWatermark()).isEqualTo(highWatermark).isLessThanOrEqualTo(logEnd);
            for (Waiting each : waits) {
                boolean over = each.offset <= highWatermark
                        || each.epoch != core.role().epoch();
                assertThat(each.ends).as("seed %d", seed).isEqualTo(over ? 1 : 0);
            }
        }

        void finish() {
            epoch++;
            carryOut(core.idle(epoch));
            assertThat(queue.size()).isZero();
            for (Waiting each : waits) assertThat(each.ends).as("seed %d", seed).isEqualTo(1);
        }
    }
}
