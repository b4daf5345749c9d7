/// The broker's own log: its levels, which operators read and change while it runs.
@NullMarked
package barnabas.broker.logging;

import org.jspecify.annotations.NullMarked;
