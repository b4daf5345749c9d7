/// The topic that holds the registry. Start reading at [barnabas.registry.store.SchemaTopic].
@NullMarked
package barnabas.registry.store;

import org.jspecify.annotations.NullMarked;
