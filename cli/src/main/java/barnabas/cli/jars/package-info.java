/// Jars that only some commands load.
@NullMarked
package barnabas.cli.jars;

import org.jspecify.annotations.NullMarked;
