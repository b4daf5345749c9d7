/// Clients that mean harm, and directories that were damaged: see README.md.
@NullMarked
package barnabas.conformance.hostile;

import org.jspecify.annotations.NullMarked;
