package barnabas.coordination.transactions;

import barnabas.protocol.ErrorCode;

/// Source of producer ids: each id is given out once in the life of a cluster.
@FunctionalInterface
public interface ProducerIdSource {
    /// May block.
    Next next();

    /// Result of requesting an id.
    sealed interface Next {
        record Id(long producerId) implements Next {}

        record Failed(ErrorCode error) implements Next {}
    }
}
