/// The broker as a whole: [Barnabas] starts one in this process.
@NullMarked
package barnabas.broker;

import org.jspecify.annotations.NullMarked;
