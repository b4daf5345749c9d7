/// A flame graph of a broker under load.
@NullMarked
package barnabas.bench.profile;

import org.jspecify.annotations.NullMarked;
