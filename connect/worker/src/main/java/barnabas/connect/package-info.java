/// A worker of Apache Kafka's Connect in a JVM of its own. Start reading at [barnabas.connect.Worker].
@NullMarked
package barnabas.connect;

import org.jspecify.annotations.NullMarked;
