/// The transaction coordinator: who owns a transactional id, what its transaction has written to, and how it ends.
/// A core per partition of `__transaction_state` ([TransactionShard]) and the shell that writes markers
/// ([MarkerWriter]).
@NullMarked
package barnabas.coordination.transactions;

import org.jspecify.annotations.NullMarked;
