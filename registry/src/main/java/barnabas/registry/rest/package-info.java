/// The REST interface. Start reading at [barnabas.registry.rest.RegistryRoutes].
@NullMarked
package barnabas.registry.rest;

import org.jspecify.annotations.NullMarked;
