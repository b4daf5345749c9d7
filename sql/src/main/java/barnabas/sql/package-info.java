/// Continuous SQL in ksqlDB's dialect on Kafka Streams.
@NullMarked
package barnabas.sql;

import org.jspecify.annotations.NullMarked;
