/// Rates at which clients may create and delete partitions (KIP-599). Start reading at
/// [barnabas.metadata.mutations.MutationRates].
@NullMarked
package barnabas.metadata.mutations;

import org.jspecify.annotations.NullMarked;
