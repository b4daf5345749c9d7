package barnabas.cli.connect.rest;

import barnabas.base.Clock;
import barnabas.base.Deadline;
import java.time.Duration;

/// A wait between two questions to a worker.
public final class Pause {
    private Pause() {}

    public static void of(Duration duration, Clock clock) throws InterruptedException {
        var deadline = Deadline.in(duration, clock);
        while (!deadline.passed()) {
            deadline.park(clock);
            if (Thread.interrupted()) throw new InterruptedException();
        }
    }
}
