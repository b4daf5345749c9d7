package barnabas.mirror;

import barnabas.client.TopicPartition;
import barnabas.log.ActiveProducer;
import barnabas.log.AppendResult;
import barnabas.replication.LeaderAppend;
import barnabas.replication.MirrorReplica;
import barnabas.replication.Partition;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Steps of topics towards another state. Each leader reports its partitions in the topic's configuration; when all are
/// there, one broker ends the state. Every step may be repeated, by another broker too.
///
/// A topic that stops: each leader aborts the transactions that are open in what was copied and waits until that is
/// committed. Then the topic is one of this cluster, whose next producer ids are above those of its records.
final class StopSteps {
    private static final Logger LOG = LoggerFactory.getLogger(StopSteps.class);

    /// Ids that the source gave out and that were not copied yet are left out too: a producer that comes over keeps
    /// its.
    private static final long PRODUCER_ID_GAP = 1_000_000;

    private final MirrorContext context;

    StopSteps(MirrorContext context) {
        this.context = context;
    }

    /// Goes on with topics that stop. Their fetchers have been taken away before.
    void take(List<MirrorTopic> topics) {
        for (MirrorTopic each : topics) {
            if (each.state() != MirrorTopic.State.STOPPING) continue;
            for (int index = 0; index < each.topic().partitionCount(); index++) {
                if (each.ready().containsKey(index)) continue;
                Partition led = context.node().partitions().find(each.topic().id(), index);
                if (led != null && led.isLeader() && led.log().config().mirrored()) stop(each, led, index);
            }
            if (each.allReady() && context.coordinates()) promote(each);
        }
    }

    private void stop(MirrorTopic topic, Partition led, int index) {
        var replica = new MirrorReplica(led);
        int epoch = led.leaderEpoch();
        if (!topic.raised()) {
            // nothing was copied that made it necessary, and what is written here needs epochs of its own
            var least = EpochRanges.behind(Math.max(0, replica.lastEpoch()), context.clusterId());
            if (least.isPresent())
                report(topic, TopicChange.set(MirrorTopic.EPOCH_MIN, String.valueOf(least.getAsInt())));
            return;
        }
        long producerIdMax = -1;
        for (ActiveProducer each : replica.producers()) {
            producerIdMax = Math.max(producerIdMax, each.producerId());
            if (each.currentTransactionFirstOffset() < 0) continue;
            LeaderAppend aborted = replica.abort(each, epoch);
            if (!(aborted instanceof LeaderAppend.Done(AppendResult.Appended _, int _))) {
                LOG.warn("{} cannot be promoted yet: {}", led.topicPartition(), aborted);
                return;
            }
            LOG.info(
                    "{}: the transaction of producer {} from offset {} on is aborted",
                    led.topicPartition(),
                    each.producerId(),
                    each.currentTransactionFirstOffset());
        }
        if (led.highWatermark() >= led.log().logEndOffset())
            report(topic, TopicChange.append(MirrorTopic.READY, MirrorTopic.stopped(index, producerIdMax, epoch)));
    }

    private void promote(MirrorTopic topic) {
        long producerIdMax =
                topic.ready().values().stream().mapToLong(each -> each).max().orElse(-1);
        long next = context.image().nextProducerId();
        long floor = producerIdMax < 0 ? 0 : Math.max(next, producerIdMax + PRODUCER_ID_GAP);
        String problem = context.alterTopic(
                topic.topic().name(),
                List.of(
                        TopicChange.set(MirrorTopic.PRODUCER_ID_MIN, String.valueOf(floor)),
                        // a mirror that took the topic over does not take it again
                        TopicChange.set(MirrorTopic.PROMOTED, context.name()),
                        TopicChange.delete(MirrorTopic.MIRROR),
                        TopicChange.delete(MirrorTopic.STATE),
                        // its ACLs are those of this cluster from now on
                        TopicChange.delete(MirrorTopic.ACLS),
                        TopicChange.delete(MirrorTopic.READY)));
        if (problem.isEmpty())
            LOG.info("Topic {} is promoted: it takes records", topic.topic().name());
        else LOG.warn("Topic {} cannot be promoted yet: {}", topic.topic().name(), problem);
    }

    /// Goes on with topics that are prepared: a copy whose log has been found to be a part of the source's is ready.
    void prepared(List<MirrorTopic> topics, Map<TopicPartition, Copy> copies) {
        for (MirrorTopic each : topics) {
            if (each.state() != MirrorTopic.State.PREPARING) continue;
            for (int index = 0; index < each.topic().partitionCount(); index++) {
                Copy copy = copies.get(new TopicPartition(each.topic().name(), index));
                if (copy != null && copy.joined && !each.ready().containsKey(index))
                    report(
                            each,
                            TopicChange.append(
                                    MirrorTopic.READY, MirrorTopic.prepared(index, copy.partition.leaderEpoch())));
            }
            if (each.allReady() && context.coordinates()) {
                var _ = context.alterTopic(
                        each.topic().name(),
                        List.of(
                                TopicChange.set(MirrorTopic.STATE, MirrorTopic.State.MIRRORING.text()),
                                TopicChange.delete(MirrorTopic.PROMOTED),
                                TopicChange.delete(MirrorTopic.READY)));
            }
        }
    }

    private void report(MirrorTopic topic, TopicChange change) {
        String problem = context.alterTopic(topic.topic().name(), List.of(change));
        if (!problem.isEmpty())
            LOG.warn(
                    "Mirror {}: {} stays {}: {}",
                    context.name(),
                    topic.topic().name(),
                    topic.state().text(),
                    problem);
    }
}
