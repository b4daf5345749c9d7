package barnabas.coordination.transactions;

import barnabas.protocol.ErrorCode;

/// Where producer ids come from: every one is given out once in the life of a cluster.
@FunctionalInterface
public interface ProducerIdSource {
    /// May block.
    Next next();

    /// What became of asking for an id.
    sealed interface Next {
        record Id(long producerId) implements Next {}

        record Failed(ErrorCode error) implements Next {}
    }
}
