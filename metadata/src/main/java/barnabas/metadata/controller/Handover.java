package barnabas.metadata.controller;

import barnabas.metadata.image.BrokerRegistration;
import barnabas.protocol.Message;
import barnabas.protocol.metadata.PartitionChangeRecord;
import java.util.ArrayList;
import java.util.List;

/// Partitions of a broker that stops in order, a few at a time.
///
/// A partition takes no records from the moment when the first of its brokers applies the change of its leader
/// until the last one has. In one image with all changes that is the time that a broker needs for all of them; in
/// an image with a few it is the time for these few. Leaderships go first, and each step is committed before the
/// next. Partitions that the broker only follows go with the last step, in which it is fenced.
final class Handover {
    /// Partitions of one step, unless a quarter of those that are left is more.
    static final int STEP_PARTITIONS = 8;

    private static final int SHARE = 4;

    private final PartitionSweep sweep;

    Handover(PartitionSweep sweep) {
        this.sweep = sweep;
    }

    /// @param records receives the next step
    /// @return whether another step must follow
    boolean leaves(BrokerRegistration broker, List<Message> records) {
        var all = new ArrayList<Message>();
        sweep.leaves(broker.id(), false, all);
        List<Message> led = all.stream().filter(Handover::movesLeader).toList();
        if (broker.fenced() || all.size() <= STEP_PARTITIONS || led.isEmpty()) {
            records.addAll(all);
            return false;
        }
        int step = Math.max(STEP_PARTITIONS, led.size() / SHARE);
        records.addAll(led.subList(0, Math.min(step, led.size())));
        return true;
    }

    /// Whether another broker leads from now on.
    private static boolean movesLeader(Message record) {
        return record instanceof PartitionChangeRecord change && change.leader() >= 0;
    }
}
