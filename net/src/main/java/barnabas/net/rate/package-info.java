/// Limits on how often something may happen. Start reading at [barnabas.net.rate.ConnectionRate].
@NullMarked
package barnabas.net.rate;

import org.jspecify.annotations.NullMarked;
