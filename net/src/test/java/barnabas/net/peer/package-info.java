@NullMarked
package barnabas.net.peer;

import org.jspecify.annotations.NullMarked;
