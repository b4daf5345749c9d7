/// Faults of processes, disks and links under a mixed load, on three nodes: see `conformance/chaos/run`.
@NullMarked
package barnabas.conformance.chaos;

import org.jspecify.annotations.NullMarked;
