package barnabas.broker.access;

import barnabas.broker.security.Operation;
import barnabas.broker.security.Resource;

/// One right that an API asks for.
///
/// @param scope what of a request needs it, for people
record Right(Operation operation, Resource.Type type, String scope) {
    static Right onTopic(Operation operation, String scope) {
        return new Right(operation, Resource.Type.TOPIC, scope);
    }

    static Right onGroup(Operation operation, String scope) {
        return new Right(operation, Resource.Type.GROUP, scope);
    }

    static Right onCluster(Operation operation, String scope) {
        return new Right(operation, Resource.Type.CLUSTER, scope);
    }

    static Right onTransaction(Operation operation, String scope) {
        return new Right(operation, Resource.Type.TRANSACTIONAL_ID, scope);
    }
}
