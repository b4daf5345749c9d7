/// Programs on the official Java client that prove a broker by its address.
@NullMarked
package barnabas.conformance;

import org.jspecify.annotations.NullMarked;
