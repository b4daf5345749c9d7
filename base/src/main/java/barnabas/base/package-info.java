/// The seams to the world (clock, threads, disk) and checks that stay on. Everything else takes these as parameters,
/// so that a test can run on a virtual clock and on a disk that loses writes.
@NullMarked
package barnabas.base;

import org.jspecify.annotations.NullMarked;
