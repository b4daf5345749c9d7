package barnabas.sim;

import barnabas.coordination.Marker;
import barnabas.coordination.transactions.PartitionMarkers;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.log.MetadataLog;
import barnabas.net.FrameHandler;
import barnabas.net.peer.Peer;
import barnabas.protocol.message.BrokerRegistrationRequest;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The planted bugs of one node that stand in front of a part of it.
final class Plants {
    private static final int LOST_ONE_IN = 4;

    private final Plant plant;
    private final SplittableRandom random;
    private @Nullable PlantedFollower follower;
    private final AtomicReference<@Nullable BrokerRegistrationRequest> lastRun = new AtomicReference<>();
    private int runs;

    Plants(Plant plant, SplittableRandom random) {
        this.plant = plant;
        this.random = random;
    }

    FrameHandler around(FrameHandler handler) {
        return switch (plant) {
            case APPENDED_TWICE,
                    COMMIT_IS_NOT_STORED,
                    REPLIES_MIXED_UP,
                    ACKNOWLEDGED_AND_DROPPED,
                    WATERMARK_GOES_BACK,
                    LIE_IS_ACKNOWLEDGED,
                    LIE_HAS_ANOTHER_CODE,
                    ANSWER_WITHOUT_LIMIT,
                    FETCH_WAITS_TOO_LONG,
                    EPOCH_STAYS -> new PlantedHandler(plant, handler, random);
            case WRITES_STAY_REFUSED -> runs++ == 0 ? handler : new PlantedHandler(plant, handler, random);
            default -> handler;
        };
    }

    PartitionMarkers markers(PartitionMarkers real) {
        return switch (plant) {
            case ABORT_BECOMES_COMMIT ->
                (participants, marker) -> real.write(
                        participants,
                        new Marker(marker.producer(), marker.coordinatorEpoch(), true, marker.transactionVersion()));
            case MARKER_IS_LOST ->
                (participants, marker) -> random.nextInt(LOST_ONE_IN) == 0
                        ? participants.stream()
                                .collect(Collectors.toMap(each -> each, _ -> PartitionMarkers.Outcome.WRITTEN))
                        : real.write(participants, marker);
            case COORDINATOR_WRITES_AFTER_RESIGNING ->
                (participants, marker) -> {
                    boolean hasPredecessor =
                            marker.commit() && marker.coordinatorEpoch() > 0 && !participants.isEmpty();
                    if (hasPredecessor)
                        real.write(
                                List.of(participants.iterator().next()),
                                new Marker(
                                        marker.producer(),
                                        marker.coordinatorEpoch(),
                                        false,
                                        marker.transactionVersion()));
                    return real.write(participants, marker);
                };
            default -> real;
        };
    }

    /// @param run the process whose way to another node this is
    Peer peer(Peer real, SimulatedProcess run) {
        return switch (plant) {
            case ACKNOWLEDGED_BEFORE_APPENDED, TRUNCATION_LEFT_OUT, IN_SYNC_TOO_EARLY, DIVERGED_FOLLOWER_COUNTS ->
                new PlantedPeer(plant, real, run);
            case OLD_EPOCH_IS_APPENDED,
                    OLD_EPOCH_TRUNCATES,
                    WATERMARK_BEFORE_TRUNCATION,
                    LAST_EPOCH_IS_FORGOTTEN,
                    EPOCH_STAYS_WHERE_NOTHING_IS_CUT -> follower(run).around(real);
            default -> real;
        };
    }

    private PlantedFollower follower(SimulatedProcess run) {
        PlantedFollower present = follower;
        if (present == null || present.run() != run) present = new PlantedFollower(plant, run, random);
        follower = present;
        return present;
    }

    ControllerPort controller(ControllerPort real) {
        return switch (plant) {
            case ISR_CHANGE_IS_LOST -> new ForgetfulController(real);
            case UNCLEAN_STOP_IS_HIDDEN, EMPTY_DISK_IS_HIDDEN -> new BoastfulController(real, lastRun);
            default -> real;
        };
    }

    /// @param leading the log of the node that leads the quorum
    MetadataLog metadata(int nodeId, MetadataLog real, Supplier<@Nullable MetadataLog> leading) {
        return switch (plant) {
            case METADATA_BATCH_SKIPPED -> nodeId == 2 ? new SkippingLog(real) : real;
            case FENCING_IS_FORGOTTEN,
                    STALE_CONTROLLER_IS_OBEYED,
                    FENCED_LEADER_IS_ELECTED,
                    ELIGIBLE_AND_IN_SYNC,
                    LARGE_BATCH_ENDS_LEADERSHIP -> new PlantedLog(plant, real, leading);
            default -> real;
        };
    }
}
