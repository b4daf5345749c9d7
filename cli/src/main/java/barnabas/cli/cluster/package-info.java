/// The way of the command to the jars of a cluster.
@NullMarked
package barnabas.cli.cluster;

import org.jspecify.annotations.NullMarked;
