/// Formats whose schemas lie in a schema registry: AVRO, JSON_SR, PROTOBUF. Start reading at
/// [barnabas.sql.registry.RegistryFormats].
@NullMarked
package barnabas.sql.registry;

import org.jspecify.annotations.NullMarked;
