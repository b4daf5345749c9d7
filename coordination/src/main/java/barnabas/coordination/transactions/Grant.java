package barnabas.coordination.transactions;

import barnabas.coordination.Producer;
import barnabas.protocol.ErrorCode;

/// Answer to a request to write, or to go on writing, under a transactional id.
public sealed interface Grant {
    /// @param producer who may write from now on
    record Granted(Producer producer) implements Grant {}

    record Refused(ErrorCode error) implements Grant {}

    /// Nothing was decided: ask again with an unused producer id. Ids come from the controller, and a shard never
    /// waits for another node.
    record NeedsProducerId() implements Grant {}
}
