/// The schema registry, whose jars lie beside the command's own. Start reading at
/// [barnabas.cli.registry.RegistryJars].
@NullMarked
package barnabas.cli.registry;

import org.jspecify.annotations.NullMarked;
