/// Reading records: from chosen partitions, or as a member of a group.
@NullMarked
package barnabas.client.consumer;

import org.jspecify.annotations.NullMarked;
