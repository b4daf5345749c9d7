package barnabas.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// Voters of a metadata quorum, without the rest of a node, in a storm of kills, power cuts and cut links. Records are
/// numbered; what one voter has delivered as committed must stand at the same offset for all voters and for ever.
final class QuorumStorm {
    private static final long SECOND = 1_000_000_000L;
    private static final long STORM_NANOS = 20 * SECOND;
    private static final long CALM_NANOS = 60 * SECOND;
    static final long STEPS_MAX = 20_000_000;

    /// The nodes of a storm, and whether operators add and remove them.
    enum Voters {
        THREE(3, false),
        FIVE(5, false),
        /// They stand in the log (KIP-853). The leader is removed as often as the others, and nodes that start join.
        CHANGING(3, true);

        final int count;
        final boolean change;

        Voters(int count, boolean change) {
            this.count = count;
            this.change = change;
        }
    }

    /// Bugs to be found.
    enum Bug {
        NONE,
        /// Disks that lose in a power cut what was forced like everything else.
        FORCED_WRITES_FORGOTTEN,
        /// A leader that is removed ends its process with an error (KAFKA-17608).
        REMOVED_LEADER_FAILS,
        /// A voter that has followed the winner of an election comes back as the candidate that lost it.
        LOST_VOTE_IS_KEPT
    }

    final SplittableRandom random;
    final Transcript transcript = new Transcript(null, false);
    final Findings findings = new Findings(transcript);
    final Simulation simulation;
    final SimulatedNetwork network;
    final Voters kind;
    final Bug bug;
    final List<StormVoter> voters = new ArrayList<>();
    /// Numbers that were delivered as committed, by offset.
    final TreeMap<Long, Long> committed = new TreeMap<>();
    final SimulatedProcess weather;
    long lastNumber;
    int elections;
    int removals;

    QuorumStorm(long seed, Voters kind, Bug bug) {
        this.random = new SplittableRandom(seed);
        this.simulation = new Simulation(random.nextLong(), transcript);
        this.network = new SimulatedNetwork(simulation, transcript, findings);
        this.kind = kind;
        this.bug = bug;
        this.weather = new SimulatedProcess("weather", simulation, findings);
        for (int id = 1; id <= kind.count; id++) voters.add(new StormVoter(id, this));
    }

    /// @param hash of the whole course
    record Result(List<String> violations, int committed, int elections, int removals, long hash) {}

    Result run() {
        if (kind.change) voters.getFirst().writeLogAlone();
        voters.forEach(StormVoter::start);
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
        return new Result(findings.violations(), committed.size(), elections, removals, transcript.hash());
    }

    private void appendSoon() {
        weather.later(random.nextLong(SECOND / 20), () -> {
            for (StormVoter voter : voters) if (random.nextInt(3) > 0) voter.append();
            appendSoon();
        });
    }

    private void faultSoon() {
        weather.later(random.nextLong(SECOND), () -> {
            if (simulation.nanos() > STORM_NANOS) return;
            StormVoter voter = voters.get(random.nextInt(kind.count));
            switch (random.nextInt(kind.change ? 10 : 8)) {
                case 0 -> voter.end(false);
                case 1 -> voter.end(true);
                case 2 -> voter.stopsSoon();
                case 3 -> network.cut(voter.id, voter.id % kind.count + 1);
                case 4 -> network.healAll();
                case 5 -> voter.snapshot();
                case 6 -> voter.refuseFor(random.nextLong(2 * SECOND));
                case 7 -> voter.stop();
                default -> removeAny();
            }
            for (StormVoter each : voters) if (!each.isUp() && random.nextInt(3) > 0) each.start();
            faultSoon();
        });
    }

    private void removeAny() {
        for (StormVoter leading : voters)
            if (leading.leads())
                leading.remove(random.nextBoolean() ? leading : voters.get(random.nextInt(kind.count)));
    }

    private void restartSoon() {
        weather.later(SECOND / 2, () -> {
            for (StormVoter voter : voters) if (!voter.isUp() || voter.disk.stopped()) voter.start();
            restartSoon();
        });
    }
}
