package barnabas.coordination.transactions;

import barnabas.coordination.Producer;
import barnabas.protocol.ErrorCode;

/// What becomes of asking to write, or to go on writing, under a transactional id.
public sealed interface Grant {
    /// @param producer who may write from now on
    record Granted(Producer producer) implements Grant {}

    record Refused(ErrorCode error) implements Grant {}

    /// Nothing was decided: ask again with a producer id that nobody has used. Ids come from the controller, and a
    /// shard waits for nobody.
    record NeedsProducerId() implements Grant {}
}
