/// Plans as topologies of Kafka Streams. Start reading at [barnabas.sql.topology.QueryTopology].
@NullMarked
package barnabas.sql.topology;

import org.jspecify.annotations.NullMarked;
