package barnabas.broker;

import barnabas.base.Clock;
import barnabas.metadata.image.MetadataPosition;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// Comparison of this machine's wall clock with that of the active controller, whose time stands on each batch of the
/// metadata log. A node whose clock is hours off would give records wrong times and delete segments by them.
final class ClusterClock {
    private static final Duration DIFFERENCE_MAX = Duration.ofHours(1);

    private final Clock clock;
    private final int nodeId;
    private final Instant before;

    /// Reads the clock: to be made before the change is sent.
    ClusterClock(Clock clock, int nodeId) {
        this.clock = clock;
        this.nodeId = nodeId;
        this.before = now();
    }

    /// Refuses a clock that is off by more than an hour.
    ///
    /// @param position of an image that has a change of the time between this object's making and now
    void check(MetadataPosition position) throws StartFailure {
        Instant after = now();
        Instant written = Instant.ofEpochMilli(position.timestampMillis());
        Duration ahead = Duration.between(written, before);
        Duration behind = Duration.between(after, written);
        // A machine that slept in between is as late as it slept, and its clock is right.
        if (ahead.compareTo(DIFFERENCE_MAX) > 0) throw refusal(ahead, "ahead of", written, after);
        if (behind.compareTo(DIFFERENCE_MAX) > 0) throw refusal(behind, "behind", written, after);
    }

    private StartFailure refusal(Duration difference, String direction, Instant written, Instant after) {
        return new StartFailure(List.of("The clock of node " + nodeId + " (" + after + ") is " + difference.toHours()
                + " h " + difference.toMinutesPart() + " min " + direction + " that of the active controller ("
                + written.truncatedTo(ChronoUnit.SECONDS)
                + "): set the one that is wrong, then start the node again"));
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.millis()).truncatedTo(ChronoUnit.SECONDS);
    }
}
