/// State of the registry as the records of its topic make it, and decisions on it. Start reading at
/// [barnabas.registry.state.RegistryState].
@NullMarked
package barnabas.registry.state;

import org.jspecify.annotations.NullMarked;
