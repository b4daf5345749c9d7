/// Side-by-side measurement of Barnabas and Apache Kafka: the command line and the loop that interleaves the rounds.
@NullMarked
package barnabas.bench;

import org.jspecify.annotations.NullMarked;
