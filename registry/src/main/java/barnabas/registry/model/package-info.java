/// Words of the registry: subjects, schemas, levels, refusals.
@NullMarked
package barnabas.registry.model;

import org.jspecify.annotations.NullMarked;
