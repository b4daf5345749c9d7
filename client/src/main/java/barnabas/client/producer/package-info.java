/// Publishing records: batches per partition, in order, without duplicates, in bounded memory.
@NullMarked
package barnabas.client.producer;

import org.jspecify.annotations.NullMarked;
