/// Checks of producers' records against registered schemas. Start reading at
/// [barnabas.registry.validation.SchemaValidator].
@NullMarked
package barnabas.registry.validation;

import org.jspecify.annotations.NullMarked;
