package barnabas.mirror;

import java.util.OptionalInt;

/// Leader epochs in ranges of 65,536, one for each change of the cluster that writes: records of two clusters never
/// have the same epoch, so that the place where their histories part is found by epochs alone (KIP-595).
final class EpochRanges {
    private static final int BITS = 16;
    private static final int OWN_MASK = 0x7fff;

    private EpochRanges() {}

    /// First epoch of this cluster behind `epoch` of another one, of a range that no other cluster begins at the same
    /// place. Empty when there are no more ranges.
    static OptionalInt behind(int epoch, String clusterId) {
        int range = (epoch >> BITS) + 1;
        if (epoch < 0 || range > Integer.MAX_VALUE >> BITS) return OptionalInt.empty();
        return OptionalInt.of((range << BITS) + (clusterId.hashCode() & OWN_MASK));
    }
}
