package barnabas.sim;

import barnabas.metadata.log.MetadataLog;
import barnabas.protocol.metadata.TopicRecord;
import org.jspecify.annotations.Nullable;

/// A planted bug: the node misses some new topics.
final class SkippingLog extends PassingLog {
    private static final int SKIPPED_ONE_IN = 3;

    private int topics;

    SkippingLog(MetadataLog real) {
        super(real);
    }

    @Override
    @Nullable
    CommittedBatch delivered(CommittedBatch batch) {
        boolean makesTopic = batch.records().stream()
                .anyMatch(record ->
                        record instanceof TopicRecord topic && topic.name().startsWith("made"));
        return makesTopic && ++topics % SKIPPED_ONE_IN == 0 ? null : batch;
    }
}
