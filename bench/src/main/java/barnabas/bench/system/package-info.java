/// The brokers that are compared, as processes: how each is prepared, started, paused, stopped and found in /proc.
@NullMarked
package barnabas.bench.system;

import org.jspecify.annotations.NullMarked;
