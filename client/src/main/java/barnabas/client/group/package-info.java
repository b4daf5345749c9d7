/// Membership in consumer groups, in both protocols, and the offsets that groups keep.
@NullMarked
package barnabas.client.group;

import org.jspecify.annotations.NullMarked;
