/// Idempotent and transactional producers of one partition: their last batches, open transactions, snapshots. Start
/// reading at [barnabas.log.producers.Producers].
@NullMarked
package barnabas.log.producers;

import org.jspecify.annotations.NullMarked;
