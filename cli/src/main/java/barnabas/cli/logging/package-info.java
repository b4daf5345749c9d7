/// The log of the command line's processes: one readable line per event on standard error.
@NullMarked
package barnabas.cli.logging;

import org.jspecify.annotations.NullMarked;
