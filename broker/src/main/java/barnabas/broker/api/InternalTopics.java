package barnabas.broker.api;

import java.util.Set;

/// Topics that brokers keep their own state in.
final class InternalTopics {
    static final String GROUP_OFFSETS = "__consumer_offsets";
    static final String TRANSACTION_STATE = "__transaction_state";
    static final String SHARE_STATE = "__share_group_state";
    /// The client id that Kafka lets write to internal topics.
    static final String ADMIN_CLIENT_ID = "__admin_client";

    private static final Set<String> ALL = Set.of(GROUP_OFFSETS, TRANSACTION_STATE, SHARE_STATE);

    private InternalTopics() {}

    static boolean contains(String topic) {
        return ALL.contains(topic);
    }
}
