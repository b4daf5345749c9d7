/// What operators see and change of the broker's own log while it runs.
@NullMarked
package barnabas.broker.logging;

import org.jspecify.annotations.NullMarked;
