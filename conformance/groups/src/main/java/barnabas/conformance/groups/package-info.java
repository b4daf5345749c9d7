/// Groups of official consumers whose members are restarted one after the other.
@NullMarked
package barnabas.conformance.groups;

import org.jspecify.annotations.NullMarked;
