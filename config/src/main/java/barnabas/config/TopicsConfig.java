package barnabas.config;

import barnabas.config.keys.Values;
import org.jspecify.annotations.Nullable;

/// Creation and deletion of topics.
///
/// @param partitionsDefault for topics whose creator names no count
/// @param replicationFactorDefault likewise
/// @param defaults what a topic without overrides gets on this broker
public record TopicsConfig(
        boolean autoCreate,
        boolean deletable,
        int partitionsDefault,
        int replicationFactorDefault,
        @Nullable String createPolicyClass,
        @Nullable String alterConfigPolicyClass,
        TopicConfig defaults) {

    static TopicsConfig of(Values values, TopicConfig defaults) {
        return new TopicsConfig(
                values.flag("auto.create.topics.enable"),
                values.flag("delete.topic.enable"),
                values.integer("num.partitions"),
                values.integer("default.replication.factor"),
                values.stringOrNull("create.topic.policy.class.name"),
                values.stringOrNull("alter.config.policy.class.name"),
                defaults);
    }
}
