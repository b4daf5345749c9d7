/// Common parts of all kinds of group: the cluster's topics, configuration, and the records of
/// `__consumer_offsets`.
@NullMarked
package barnabas.coordination.groups.common;

import org.jspecify.annotations.NullMarked;
