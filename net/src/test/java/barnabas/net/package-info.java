@NullMarked
package barnabas.net;

import org.jspecify.annotations.NullMarked;
