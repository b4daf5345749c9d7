@NullMarked
package barnabas.broker.follow;

import org.jspecify.annotations.NullMarked;
