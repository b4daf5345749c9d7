/// Column types out of schemas in Avro, JSON Schema and Protobuf. Start reading at [barnabas.sql.schemas.SchemaTypes].
@NullMarked
package barnabas.sql.schemas;

import org.jspecify.annotations.NullMarked;
