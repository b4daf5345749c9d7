package barnabas.mirror;

import barnabas.client.ClientException;
import barnabas.client.Cluster;
import barnabas.client.IsolationLevel;
import barnabas.client.OffsetSpec;
import barnabas.client.Offsets;
import barnabas.log.AppendResult;
import barnabas.log.EpochEndOffset;
import barnabas.protocol.message.FetchResponse.PartitionData;
import barnabas.replication.LeaderAppend;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries out the steps of copies. A partition never stops the others.
final class CopyWork {
    private static final Logger LOG = LoggerFactory.getLogger(CopyWork.class);

    private final MirrorContext context;
    private final Cluster source;

    CopyWork(MirrorContext context, Cluster source) {
        this.context = context;
        this.source = source;
    }

    /// Need of a copy after an answer.
    enum Next {
        /// The next answer.
        ANSWER,
        /// An answer even if the source has nothing new.
        FULL_ANSWER,
        /// A look at the source's metadata.
        METADATA
    }

    Next take(Copy copy, PartitionData data) {
        CopyRules.Local local = copy.local();
        CopyStep step = CopyRules.decide(local, data, copy.sourceLeaderEpoch());
        if (step instanceof CopyStep.AskOffsets) step = askOffsets(copy, local);
        try {
            if (step instanceof CopyStep.Append append) append(copy, append, local, data);
            else carryOut(copy, step, local, data);
        } catch (IOException e) {
            later(copy, e.toString());
        }
        if (step instanceof CopyStep.FindLeader) return Next.METADATA;
        boolean goesOn = step instanceof CopyStep.Append || step instanceof CopyStep.Nothing;
        return goesOn && copy.health().isWell() ? Next.ANSWER : Next.FULL_ANSWER;
    }

    private void carryOut(Copy copy, CopyStep step, CopyRules.Local local, PartitionData data) throws IOException {
        int epoch = local.leaderEpoch();
        switch (step) {
            case CopyStep.Nothing _ -> fits(copy, data, -1);
            case CopyStep.Append append -> append(copy, append, local, data);
            case CopyStep.Part(int leaderEpoch, long end) -> {
                long target = partAt(copy, leaderEpoch, end);
                if (target >= local.end()) {
                    later(
                            copy,
                            "the source parts at offset " + end + " of epoch " + leaderEpoch + ", beyond this copy");
                    return;
                }
                LOG.info("Mirror {}: {} is truncated to offset {}", context.name(), copy.name, target);
                boolean _ = copy.replica.truncateTo(target, epoch);
            }
            case CopyStep.TruncateTo(long offset) -> {
                LOG.info("Mirror {}: {} is truncated to offset {}", context.name(), copy.name, offset);
                boolean _ = copy.replica.truncateTo(offset, epoch);
            }
            case CopyStep.StartAt(long offset) -> {
                boolean _ = copy.replica.startAt(offset, epoch);
            }
            case CopyStep.RaiseEpoch(int above) -> raise(copy, above);
            case CopyStep.AskOffsets _ -> later(copy, "the source does not have the offset");
            case CopyStep.FindLeader(String problem) -> later(copy, problem);
            case CopyStep.Wait(String problem) -> later(copy, problem);
            case CopyStep.Stop(String reason) -> stop(copy, reason);
        }
    }

    private void append(Copy copy, CopyStep.Append append, CopyRules.Local local, PartitionData data)
            throws IOException {
        if (append.startAt() >= 0 && !copy.replica.startAt(append.startAt(), local.leaderEpoch())) {
            later(copy, "");
            return;
        }
        LeaderAppend outcome = copy.replica.append(append.batches(), local.leaderEpoch());
        switch (outcome) {
            case LeaderAppend.Done(AppendResult.Appended _, int _) -> fits(copy, data, append.producerIdMax());
            // an image about it is on its way
            case LeaderAppend.NotLeader _ -> later(copy, "");
            case LeaderAppend.NotEnoughReplicas(int inSync, int needed) ->
                later(copy, "only " + inSync + " of " + needed + " replicas are in sync");
            case LeaderAppend.Done(AppendResult.StorageFailed(IOException cause), int _) ->
                later(copy, cause.toString());
            case LeaderAppend.Done(AppendResult.Closed _, int _) -> later(copy, "");
            case LeaderAppend.Done(AppendResult refused, int _) ->
                stop(copy, "what the source sent at offset " + local.end() + " cannot be appended: " + refused);
        }
    }

    /// The log is a part of the source's now.
    private static void fits(Copy copy, PartitionData data, long producerIdMax) {
        copy.joined = true;
        copy.went(Math.max(data.highWatermark(), copy.replica.endOffset()), producerIdMax);
        if (data.logStartOffset() > copy.replica.startOffset()) copy.replica.sourceStartsAt(data.logStartOffset());
    }

    private static long partAt(Copy copy, int epoch, long sourceEnd) {
        EpochEndOffset own = copy.partition.log().endOffsetOf(epoch);
        long end = copy.replica.endOffset();
        long target;
        if (own.leaderEpoch() < 0) target = sourceEnd;
        else if (own.leaderEpoch() == epoch) target = Math.min(own.endOffset(), sourceEnd);
        else target = own.endOffset();
        return Math.max(copy.replica.startOffset(), Math.min(end, target));
    }

    private CopyStep askOffsets(Copy copy, CopyRules.Local local) {
        try {
            var ends =
                    Offsets.list(source, List.of(copy.name), new OffsetSpec.Latest(), IsolationLevel.READ_UNCOMMITTED);
            var starts = Offsets.list(
                    source, List.of(copy.name), new OffsetSpec.Earliest(), IsolationLevel.READ_UNCOMMITTED);
            Offsets.Found start = starts.getOrDefault(copy.name, Offsets.Found.NONE);
            Offsets.Found end = ends.getOrDefault(copy.name, Offsets.Found.NONE);
            return CopyRules.outOfRange(local, start.offset(), end.offset());
        } catch (ClientException e) {
            return new CopyStep.Wait(String.valueOf(e.getMessage()));
        }
    }

    private void raise(Copy copy, int above) {
        var least = EpochRanges.behind(above, context.clusterId());
        if (least.isEmpty()) {
            stop(copy, "the source's leader epoch " + above + " leaves no later one for this cluster");
            return;
        }
        String problem = context.alterTopic(
                copy.name.topic(), List.of(TopicChange.set(MirrorTopic.EPOCH_MIN, String.valueOf(least.getAsInt()))));
        if (!problem.isEmpty()) later(copy, "its leader epoch cannot be raised: " + problem);
    }

    private void later(Copy copy, String problem) {
        copy.waits(problem, context.clock().nanos(), context.clock().millis());
    }

    private void stop(Copy copy, String reason) {
        LOG.error("Mirror {}: {} stops: {}", context.name(), copy.name, reason);
        copy.stops(reason, context.clock().millis());
    }
}
