package barnabas.sim;

import barnabas.metadata.image.MetadataVersion;
import barnabas.metadata.log.MetadataLog;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.BrokerRegistrationChangeRecord;
import barnabas.protocol.metadata.PartitionChangeRecord;
import barnabas.protocol.metadata.PartitionRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Planted bugs of controllers, and of nodes that misread what controllers write.
final class PlantedLog extends PassingLog {
    private static final int NO_LEADER = -1;
    private static final byte UNCHANGED = 0;
    /// Fewer than the partitions that a broker leads.
    private static final int CHANGES_MAX = 2;

    private record Key(Uuid topicId, int index) {}

    private final Plant plant;
    /// The log of the node that leads the quorum, null while none does.
    private final Supplier<@Nullable MetadataLog> leading;

    private final Map<Key, Integer> leaders = new HashMap<>();

    PlantedLog(Plant plant, MetadataLog real, Supplier<@Nullable MetadataLog> leading) {
        super(real);
        this.plant = plant;
        this.leading = leading;
    }

    @Override
    CommittedBatch delivered(CommittedBatch batch) {
        for (Message each : batch.records()) {
            if (each instanceof PartitionRecord made)
                leaders.put(new Key(made.topicId(), made.partitionId()), made.leader());
            if (each instanceof PartitionChangeRecord change && change.leader() >= 0)
                leaders.put(new Key(change.topicId(), change.partitionId()), change.leader());
        }
        return plant == Plant.FENCING_IS_FORGOTTEN
                ? new CommittedBatch(
                        batch.baseOffset(),
                        batch.lastOffset(),
                        batch.epoch(),
                        batch.timestampMillis(),
                        batch.sizeBytes(),
                        batch.records().stream().map(PlantedLog::withoutFencing).toList())
                : batch;
    }

    private static Message withoutFencing(Message record) {
        return record instanceof BrokerRegistrationChangeRecord change && change.fenced() > 0
                ? change.toBuilder().fenced(UNCHANGED).build()
                : record;
    }

    @Override
    public Appended append(int epoch, MetadataVersion version, List<? extends Message> records) {
        long changes =
                records.stream().filter(PartitionChangeRecord.class::isInstance).count();
        if (plant == Plant.LARGE_BATCH_ENDS_LEADERSHIP && changes > CHANGES_MAX) {
            real.resign(epoch);
            return new Appended.NotLeader(real.leadership());
        }
        Appended outcome =
                real.append(epoch, version, records.stream().map(this::written).toList());
        MetadataLog leader = leading.get();
        boolean obeyed = plant == Plant.STALE_CONTROLLER_IS_OBEYED && outcome instanceof Appended.NotLeader;
        if (!obeyed || leader == null || leader == real) return outcome;
        return leader.append(leader.leadership().epoch(), version, records);
    }

    private Message written(Message record) {
        if (!(record instanceof PartitionChangeRecord change)) return record;
        return switch (plant) {
            case FENCED_LEADER_IS_ELECTED -> {
                Integer last = leaders.get(new Key(change.topicId(), change.partitionId()));
                yield change.leader() == NO_LEADER && last != null
                        ? change.toBuilder().leader(last).build()
                        : change;
            }
            case ELIGIBLE_AND_IN_SYNC -> {
                List<Integer> isr = change.isr();
                List<Integer> eligible = change.eligibleLeaderReplicas();
                if (isr == null || isr.isEmpty() || eligible == null) yield change;
                var both = new ArrayList<>(eligible);
                both.add(isr.getFirst());
                yield change.toBuilder().eligibleLeaderReplicas(both).build();
            }
            default -> change;
        };
    }
}
