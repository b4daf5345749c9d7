/// Kinds of schemas: Avro, JSON Schema, Protobuf. Start reading at [barnabas.registry.kinds.SchemaKind].
@NullMarked
package barnabas.registry.kinds;

import org.jspecify.annotations.NullMarked;
