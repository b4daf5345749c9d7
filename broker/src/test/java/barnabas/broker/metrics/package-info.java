@NullMarked
package barnabas.broker.metrics;

import org.jspecify.annotations.NullMarked;
