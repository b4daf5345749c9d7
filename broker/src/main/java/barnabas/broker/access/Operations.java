package barnabas.broker.access;

import barnabas.broker.security.Operation;
import barnabas.broker.security.Resource;
import java.util.List;

/// Rights of a client on a resource that it may describe, for answers that show them (KIP-430).
final class Operations {
    /// The field was not asked for.
    private static final int OMITTED = Integer.MIN_VALUE;

    private static final List<Operation> OF_TOPICS = List.of(
            Operation.READ,
            Operation.WRITE,
            Operation.CREATE,
            Operation.DELETE,
            Operation.ALTER,
            Operation.DESCRIBE,
            Operation.DESCRIBE_CONFIGS,
            Operation.ALTER_CONFIGS);
    private static final List<Operation> OF_GROUPS = List.of(
            Operation.READ, Operation.DELETE, Operation.DESCRIBE, Operation.DESCRIBE_CONFIGS, Operation.ALTER_CONFIGS);
    private static final List<Operation> OF_CLUSTER = List.of(
            Operation.CREATE,
            Operation.ALTER,
            Operation.DESCRIBE,
            Operation.CLUSTER_ACTION,
            Operation.DESCRIBE_CONFIGS,
            Operation.ALTER_CONFIGS,
            Operation.IDEMPOTENT_WRITE);

    private Operations() {}

    static int onTopic(Access access, String topic) {
        return access.operationsOn(new Resource(Resource.Type.TOPIC, topic), OF_TOPICS);
    }

    static int onGroup(Access access, String group) {
        return access.operationsOn(new Resource(Resource.Type.GROUP, group), OF_GROUPS);
    }

    /// @param wanted whether the client asked for them
    /// @param describing the right without which there are none to see
    static int onCluster(Access access, boolean wanted, Right describing) {
        if (!wanted) return OMITTED;
        return access.may(describing) ? access.operationsOn(Resource.CLUSTER, OF_CLUSTER) : 0;
    }
}
