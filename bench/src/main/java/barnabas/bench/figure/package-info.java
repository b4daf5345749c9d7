/// Figures of several scenarios, by the same names.
@NullMarked
package barnabas.bench.figure;

import org.jspecify.annotations.NullMarked;
