package barnabas.sim;

import barnabas.coordination.Marker;
import barnabas.coordination.transactions.PartitionMarkers;
import barnabas.metadata.ControllerPort;
import barnabas.metadata.log.MetadataLog;
import barnabas.net.FrameHandler;
import barnabas.net.peer.Peer;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/// The planted bugs of one node that stand in front of a part of it.
final class Plants {
    private static final int LOST_ONE_IN = 4;

    private final Plant plant;
    private final SplittableRandom random;

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
                    WATERMARK_GOES_BACK -> new PlantedHandler(plant, handler, random);
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
            default -> real;
        };
    }

    /// @param run the process whose way to another node this is
    Peer peer(Peer real, SimulatedProcess run) {
        return switch (plant) {
            case ACKNOWLEDGED_BEFORE_APPENDED, TRUNCATION_LEFT_OUT -> new PlantedPeer(plant, real, run);
            default -> real;
        };
    }

    ControllerPort controller(ControllerPort real) {
        return plant == Plant.ISR_CHANGE_IS_LOST ? new ForgetfulController(real) : real;
    }

    MetadataLog metadata(int nodeId, MetadataLog real) {
        return plant == Plant.METADATA_BATCH_SKIPPED && nodeId == 2 ? new SkippingLog(real) : real;
    }
}
