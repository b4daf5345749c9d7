/// What Barnabas adds to Apache Kafka's command line tools: their training.
@NullMarked
package barnabas.tools;

import org.jspecify.annotations.NullMarked;
