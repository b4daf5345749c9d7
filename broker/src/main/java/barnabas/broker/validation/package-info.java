/// Checks of producers' records against the schema registry of this node, for topics that ask for it. Start reading at
/// [barnabas.broker.validation.SchemaGates].
@NullMarked
package barnabas.broker.validation;

import org.jspecify.annotations.NullMarked;
