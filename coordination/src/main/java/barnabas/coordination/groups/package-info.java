/// The group coordinator: a broker calls [GroupCoordinator]; the state of one partition of `__consumer_offsets` is in
/// [GroupShard].
@NullMarked
package barnabas.coordination.groups;

import org.jspecify.annotations.NullMarked;
