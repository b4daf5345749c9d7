package barnabas.broker;

import barnabas.base.Clock;
import barnabas.base.Disk;
import barnabas.base.FileDisk;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;

/// The seams through which a broker reaches the world.
record World(Clock clock, Disk disk, RandomGenerator random) {
    static World real() {
        return new World(Clock.SYSTEM, new FileDisk(), new SecureRandom());
    }
}
