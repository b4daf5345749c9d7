/// The load generators: pre-encoded requests on an open-loop schedule, and the official Java client.
@NullMarked
package barnabas.bench.load;

import org.jspecify.annotations.NullMarked;
