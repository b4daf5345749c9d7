/// One small class per row group of the results: what is sent, what is measured, which target it has.
@NullMarked
package barnabas.bench.scenario;

import org.jspecify.annotations.NullMarked;
