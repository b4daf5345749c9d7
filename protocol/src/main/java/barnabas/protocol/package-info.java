/// The Kafka wire format: primitive types, readers and writers. The messages themselves are generated from Kafka's
/// schemas into `barnabas.protocol.message` (requests and responses), `.metadata`, `.group` and `.transaction` (records
/// in logs). Nothing here does I/O.
@NullMarked
package barnabas.protocol;

import org.jspecify.annotations.NullMarked;
