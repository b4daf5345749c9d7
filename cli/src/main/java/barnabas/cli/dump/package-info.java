/// Prints what lies in the files of a data directory, a window at a time.
@NullMarked
package barnabas.cli.dump;

import org.jspecify.annotations.NullMarked;
