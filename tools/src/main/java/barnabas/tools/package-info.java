/// Training run of Apache Kafka's command line tools, for their AOT cache.
@NullMarked
package barnabas.tools;

import org.jspecify.annotations.NullMarked;
