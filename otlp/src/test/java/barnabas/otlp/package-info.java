@NullMarked
package barnabas.otlp;

import org.jspecify.annotations.NullMarked;
