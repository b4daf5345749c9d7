/// The group coordinator: [GroupCoordinator] is what a broker calls.
@NullMarked
package barnabas.coordination.groups;

import org.jspecify.annotations.NullMarked;
