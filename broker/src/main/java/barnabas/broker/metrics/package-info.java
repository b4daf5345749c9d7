/// Values that a node shows when something asks for its metrics. Nothing here runs, or is loaded, without that.
@NullMarked
package barnabas.broker.metrics;

import org.jspecify.annotations.NullMarked;
