/// Commands for the schema registry, and records shown with its schemas. Start reading at
/// [barnabas.cli.schema.SchemaBranch].
@NullMarked
package barnabas.cli.schema;

import org.jspecify.annotations.NullMarked;
