package barnabas.sim;

import java.util.SplittableRandom;

/// Settings of a simulation that its seed decides before it begins.
///
/// @param nodes one, with its metadata log on its own disk, or three, with the log in memory
/// @param journal whether acknowledged means forced: power cuts then happen, else only kills of the process
/// @param loadMillis how long clients work and faults happen, in virtual ms
/// @param faults whether there are any
record Settings(long seed, int nodes, boolean journal, long loadMillis, boolean faults, Plant plant) {
    private static final int LOAD_MILLIS_MIN = 6_000;
    private static final int LOAD_MILLIS_MORE = 8_000;
    private static final int ONE_NODE_ONE_IN = 4;

    static Settings of(long seed) {
        var random = new SplittableRandom(seed ^ 0x5eed);
        return new Settings(
                seed,
                random.nextInt(ONE_NODE_ONE_IN) == 0 ? 1 : 3,
                random.nextBoolean(),
                LOAD_MILLIS_MIN + random.nextInt(LOAD_MILLIS_MORE),
                true,
                Plant.NONE);
    }

    Settings withNodes(int count) {
        return new Settings(seed, count, journal, loadMillis, faults, plant);
    }

    Settings withPlant(Plant bug) {
        return new Settings(seed, nodes, journal, loadMillis, faults, bug);
    }

    Settings withJournal(boolean wanted) {
        return new Settings(seed, nodes, wanted, loadMillis, faults, plant);
    }

    Settings withoutFaults() {
        return new Settings(seed, nodes, journal, loadMillis, false, plant);
    }
}
