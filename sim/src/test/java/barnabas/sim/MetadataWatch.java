package barnabas.sim;

import barnabas.base.Check;
import barnabas.metadata.log.MetadataLog;
import barnabas.metadata.log.QuorumLeader;
import barnabas.protocol.Message;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.BrokerRegistrationChangeRecord;
import barnabas.protocol.metadata.PartitionChangeRecord;
import barnabas.protocol.metadata.PartitionRecord;
import barnabas.protocol.metadata.ProducerIdsRecord;
import barnabas.protocol.metadata.RegisterBrokerRecord;
import barnabas.protocol.metadata.RemoveTopicRecord;
import barnabas.protocol.metadata.TopicRecord;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The checker of the metadata log: reads every committed record, whoever wrote it, and knows what no controller may
/// write.
///
/// ```
/// must never happen                                   noticed at
/// broker epoch that was given out before              RegisterBroker
/// block of producer ids that was given out before     ProducerIds
/// new leader that is fenced                           Partition, PartitionChange
/// new in-sync replica that is fenced                  Partition, PartitionChange, where there is a leader
/// new in-sync replica without acknowledged records    PartitionChange, by Copies
/// leader outside of the in-sync replicas              Partition, PartitionChange
/// replica both in sync and eligible to lead           Partition, PartitionChange
/// ```
///
/// Owner: the simulation, on which one thread runs at a time.
final class MetadataWatch implements MetadataLog.Listener {
    private static final int NONE = -1;

    private record Broker(long epoch, boolean fenced) {}

    private record Key(Uuid topicId, int index) {}

    private record Known(int leader, Set<Integer> isr, Set<Integer> eligible, boolean recovering) {}

    private final Findings findings;
    private final Copies copies;
    private final Map<Integer, Broker> brokers = new HashMap<>();
    private final Map<Uuid, String> topics = new HashMap<>();
    private final Map<Key, Known> partitions = new HashMap<>();
    private long lastBrokerEpoch = -1;
    private long nextProducerId;

    MetadataWatch(Findings findings, Copies copies) {
        this.findings = findings;
        this.copies = copies;
    }

    @Override
    public void committed(MetadataLog.CommittedBatch batch) {
        // a batch is atomic: the order of its records says nothing
        for (Message each : batch.records()) ofBrokers(each, batch);
        for (Message each : batch.records()) ofPartitions(each);
        partitions.forEach((key, known) -> {
            Broker leader = brokers.get(known.leader);
            if (leader != null && leader.fenced)
                findings.violation(nameOf(key) + ": n" + known.leader + " still leads and is fenced");
        });
    }

    private String nameOf(Key key) {
        return topics.getOrDefault(key.topicId, key.topicId.toString()) + "-" + key.index;
    }

    private void ofBrokers(Message record, MetadataLog.CommittedBatch batch) {
        switch (record) {
            case RegisterBrokerRecord registered -> {
                Broker before =
                        brokers.put(registered.brokerId(), new Broker(registered.brokerEpoch(), registered.fenced()));
                boolean again = before != null && before.epoch == registered.brokerEpoch();
                if (!again && registered.brokerEpoch() <= lastBrokerEpoch)
                    findings.violation("metadata at " + batch.baseOffset() + ": broker epoch "
                            + registered.brokerEpoch() + " of n" + registered.brokerId() + " was given out before");
                lastBrokerEpoch = Math.max(lastBrokerEpoch, registered.brokerEpoch());
            }
            case BrokerRegistrationChangeRecord change -> {
                Broker before = brokers.get(change.brokerId());
                if (before == null || before.epoch != change.brokerEpoch()) return;
                brokers.put(
                        change.brokerId(),
                        new Broker(before.epoch, change.fenced() == 0 ? before.fenced : change.fenced() > 0));
            }
            case ProducerIdsRecord ids -> {
                if (ids.nextProducerId() <= nextProducerId)
                    findings.violation("metadata at " + batch.baseOffset() + ": producer ids below "
                            + ids.nextProducerId() + " were given out before");
                nextProducerId = Math.max(nextProducerId, ids.nextProducerId());
            }
            default -> {}
        }
    }

    private void ofPartitions(Message record) {
        switch (record) {
            case TopicRecord topic -> topics.put(topic.topicId(), topic.name());
            case RemoveTopicRecord gone -> partitions.keySet().removeIf(key -> key.topicId.equals(gone.topicId()));
            case PartitionRecord made ->
                changed(
                        new Key(made.topicId(), made.partitionId()),
                        new Known(
                                made.leader(),
                                Set.copyOf(made.isr()),
                                setOf(made.eligibleLeaderReplicas()),
                                made.leaderRecoveryState() > 0));
            case PartitionChangeRecord change -> {
                var key = new Key(change.topicId(), change.partitionId());
                Known before = partitions.get(key);
                if (before == null) return;
                changed(
                        key,
                        new Known(
                                change.leader() == -2 ? before.leader : change.leader(),
                                change.isr() == null ? before.isr : Set.copyOf(change.isr()),
                                change.eligibleLeaderReplicas() == null
                                        ? before.eligible
                                        : setOf(change.eligibleLeaderReplicas()),
                                change.leaderRecoveryState() < 0
                                        ? before.recovering
                                        : change.leaderRecoveryState() > 0));
            }
            default -> {}
        }
    }

    private static Set<Integer> setOf(@Nullable List<Integer> ids) {
        return ids == null ? Set.of() : Set.copyOf(ids);
    }

    private void changed(Key key, Known now) {
        Known before = partitions.put(key, now);
        String name = nameOf(key);
        if (now.leader != NONE && (before == null || before.leader != now.leader)) {
            Broker leader = brokers.get(now.leader);
            if (leader == null || leader.fenced) findings.violation(name + ": n" + now.leader + " leads and is fenced");
        }
        if (now.leader != NONE && !now.recovering && !now.isr.contains(now.leader))
            findings.violation(name + ": n" + now.leader + " leads outside of the in-sync replicas " + now.isr);
        var joined = new HashSet<>(now.isr);
        if (before != null) joined.removeAll(before.isr);
        for (int id : joined) {
            Broker broker = brokers.get(id);
            // without a leader the name of the last one in sync is kept: nothing counts on it
            if (now.leader != NONE && (broker == null || broker.fenced))
                findings.violation(name + ": n" + id + " is in sync and " + (broker == null ? "unknown" : "fenced"));
            // an elected leader comes from those that had everything
            if (before != null && id != now.leader) copies.joined(name, id);
        }
        var both = new HashSet<>(now.isr);
        both.retainAll(now.eligible);
        if (!both.isEmpty()) findings.violation(name + ": " + both + " are in sync and eligible to lead");
    }

    @Override
    public void snapshotLoaded(MetadataLog.Snapshot snapshot) {
        Check.that(false, "the observer reads the log from its beginning");
    }

    @Override
    public void leaderChanged(QuorumLeader leadership) {}

    @Override
    public void dropped(IOException shortage, Runnable goOn) {
        goOn.run();
    }

    @Override
    public void failed(Throwable cause) {
        findings.threadFailed("metadata", "observer", cause);
    }
}
