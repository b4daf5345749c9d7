package barnabas.broker.request;

import barnabas.broker.security.Operation;
import barnabas.broker.security.Resource;

/// Permission that a client needs before an API reads its request. Each API declares it; [Dispatcher] checks it.
public sealed interface Need {
    boolean isMet(Call call);

    /// An operation on the cluster as a whole.
    record OnCluster(Operation operation) implements Need {
        @Override
        public boolean isMet(Call call) {
            return call.may(operation, Resource.CLUSTER);
        }
    }

    /// The API asks [Call#may] itself for each resource of its request, and leaves out or refuses those alone.
    ///
    /// @param operations what it asks for, as in Kafka's table of operations
    record PerResource(String operations) implements Need {
        @Override
        public boolean isMet(Call call) {
            return true;
        }
    }

    /// No right is needed.
    ///
    /// @param reason why nothing is given away
    record Nothing(String reason) implements Need {
        @Override
        public boolean isMet(Call call) {
            return true;
        }
    }
}
