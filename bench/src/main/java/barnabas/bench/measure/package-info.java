/// Figures of a broker process: CPU time, memory, context switches, system calls, allocated bytes.
@NullMarked
package barnabas.bench.measure;

import org.jspecify.annotations.NullMarked;
