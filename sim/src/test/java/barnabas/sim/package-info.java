/// A seeded simulation of a whole cluster: see [Run] and HACKING.md.
@NullMarked
package barnabas.sim;

import org.jspecify.annotations.NullMarked;
