package barnabas.log;

import barnabas.base.Clock;
import barnabas.base.Disk;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/// The world as the logs of one broker see it.
///
/// @param background runs what must not delay an append: forcing closed segments. Platform threads, few of them
/// @param openFilesMax most segment files kept open without being in use
/// @param producerIdExpirationMillis `producer.id.expiration.ms`
public record LogEnvironment(
        Disk disk,
        Clock clock,
        RandomGenerator random,
        Executor background,
        int openFilesMax,
        long producerIdExpirationMillis) {}
