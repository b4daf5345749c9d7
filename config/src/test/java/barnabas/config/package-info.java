@NullMarked
package barnabas.config;

import org.jspecify.annotations.NullMarked;
