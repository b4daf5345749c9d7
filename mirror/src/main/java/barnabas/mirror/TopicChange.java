package barnabas.mirror;

import barnabas.protocol.message.IncrementalAlterConfigsRequest.AlterableConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Change of one setting of a topic.
record TopicChange(String name, byte operation, @Nullable String value) {
    private static final byte SET = 0;
    private static final byte DELETE = 1;
    private static final byte APPEND = 2;
    private static final byte SUBTRACT = 3;

    static TopicChange set(String name, String value) {
        return new TopicChange(name, SET, value);
    }

    static TopicChange delete(String name) {
        return new TopicChange(name, DELETE, null);
    }

    /// Adds items, separated by commas, to a list, unless they are there.
    static TopicChange append(String name, String items) {
        return new TopicChange(name, APPEND, items);
    }

    /// Takes items, separated by commas, from a list.
    static TopicChange subtract(String name, String items) {
        return new TopicChange(name, SUBTRACT, items);
    }

    /// The same changes of a topic that has no [MirrorTopic#SOURCE_CLUSTER] after them.
    static List<TopicChange> withoutSourceCluster(List<TopicChange> changes) {
        var without = new ArrayList<TopicChange>();
        for (TopicChange each : changes) if (!each.name.equals(MirrorTopic.SOURCE_CLUSTER)) without.add(each);
        without.add(delete(MirrorTopic.SOURCE_CLUSTER));
        return without;
    }

    AlterableConfig alterable() {
        return new AlterableConfig(name, operation, value);
    }
}
