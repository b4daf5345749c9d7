package barnabas.replication;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.Threads;
import barnabas.log.LogEnvironment;
import barnabas.log.directory.LogDirectory;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;

/// A log directory for tests that only need a place for their logs.
final class TestDirectory {
    private TestDirectory() {}

    static LogDirectory open(Path root, Disk disk, Clock clock) {
        var environment = new LogEnvironment(
                disk,
                clock,
                Threads.SYSTEM,
                new Random(1),
                Runnable::run,
                100,
                LogEnvironment.ProducerLimits.ofMillis(86_400_000),
                LogEnvironment.Durability.DEFAULTS);
        var opening = LogDirectory.open(root, new LogDirectory.Identity(Optional.of("cluster"), 1), environment);
        if (opening instanceof LogDirectory.Opening.Opened(LogDirectory opened)) return opened;
        throw new AssertionError(opening);
    }
}
