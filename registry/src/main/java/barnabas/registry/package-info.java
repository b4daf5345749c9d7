/// Schema registry with Confluent's REST interface. Start reading at [barnabas.registry.RegistryPages].
@NullMarked
package barnabas.registry;

import org.jspecify.annotations.NullMarked;
