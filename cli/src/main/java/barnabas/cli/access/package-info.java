/// Access rules on the command line: options that name resources, words for the protocol's numbers.
@NullMarked
package barnabas.cli.access;

import org.jspecify.annotations.NullMarked;
