package barnabas.sim;

import java.util.SplittableRandom;

/// Settings of a simulation that its seed decides before it begins.
///
/// @param nodes one, with its metadata log on its own disk, or three, with the log in memory
/// @param journal whether acknowledged means forced: power cuts then happen at any time
/// @param loadMillis how long clients work and faults happen, in virtual ms
/// @param faults whether there are any
/// @param replicated whether every partition has a replica on each of the three nodes, `min.insync.replicas` of 2, and
///     leaders that change; without the journal one machine at a time may lose what was not forced
record Settings(
        long seed, int nodes, boolean journal, long loadMillis, boolean faults, Plant plant, boolean replicated) {
    private static final int LOAD_MILLIS_MIN = 6_000;
    private static final int LOAD_MILLIS_MORE = 8_000;
    private static final int ONE_NODE_ONE_IN = 4;

    static Settings of(long seed) {
        var random = new SplittableRandom(seed ^ 0x5eed);
        int nodes = random.nextInt(ONE_NODE_ONE_IN) == 0 ? 1 : 3;
        boolean journal = random.nextBoolean();
        long loadMillis = LOAD_MILLIS_MIN + random.nextInt(LOAD_MILLIS_MORE);
        return new Settings(seed, nodes, journal, loadMillis, true, Plant.NONE, nodes > 1 && random.nextBoolean());
    }

    Settings withNodes(int count) {
        return new Settings(seed, count, journal, loadMillis, faults, plant, replicated && count > 1);
    }

    Settings withPlant(Plant bug) {
        return new Settings(seed, nodes, journal, loadMillis, faults, bug, replicated);
    }

    Settings withJournal(boolean wanted) {
        return new Settings(seed, nodes, wanted, loadMillis, faults, plant, replicated);
    }

    Settings withoutFaults() {
        return new Settings(seed, nodes, journal, loadMillis, false, plant, replicated);
    }

    Settings withReplicas(boolean wanted) {
        return new Settings(seed, wanted ? 3 : nodes, journal, loadMillis, faults, plant, wanted);
    }
}
