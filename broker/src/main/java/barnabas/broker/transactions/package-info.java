/// Transactions whose coordinator or partitions are on other brokers: verification before an append, markers after the
/// end.
@NullMarked
package barnabas.broker.transactions;

import org.jspecify.annotations.NullMarked;
