/// Commands that work on the data directories of a stopped broker.
@NullMarked
package barnabas.cli.storage;

import org.jspecify.annotations.NullMarked;
