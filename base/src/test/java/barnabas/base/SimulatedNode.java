package barnabas.base;

import java.util.List;
import java.util.SplittableRandom;

/// A file or a directory of a [SimulatedDisk]. Owner: the disk's monitor.
sealed interface SimulatedNode permits SimulatedFile, SimulatedDirectory {
    /// Goes back to what stable storage holds, with a random selection of what was still in the cache.
    void crash(SplittableRandom random);

    long bytes();

    long modifiedMillis();

    void describe(String path, List<String> lines);
}
