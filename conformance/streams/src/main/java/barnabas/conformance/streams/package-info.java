/// A Streams application, a batch computation of the same thing, and what kills one while it should become the other.
@NullMarked
package barnabas.conformance.streams;

import org.jspecify.annotations.NullMarked;
