/// Access rules as the metadata log keeps them: their fields, what a filter of them matches, the hosts they name.
@NullMarked
package barnabas.metadata.access;

import org.jspecify.annotations.NullMarked;
