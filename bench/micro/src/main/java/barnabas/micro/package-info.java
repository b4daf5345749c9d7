/// JMH benchmarks of the pieces of the produce and fetch paths, one class for each piece.
@NullMarked
package barnabas.micro;

import org.jspecify.annotations.NullMarked;
