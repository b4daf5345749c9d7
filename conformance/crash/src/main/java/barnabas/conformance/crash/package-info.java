/// A broker that is killed under a mixed load, and everything that it had promised before.
@NullMarked
package barnabas.conformance.crash;

import org.jspecify.annotations.NullMarked;
