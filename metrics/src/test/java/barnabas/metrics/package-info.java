@NullMarked
package barnabas.metrics;

import org.jspecify.annotations.NullMarked;
