@NullMarked
package barnabas.net.socket;

import org.jspecify.annotations.NullMarked;
