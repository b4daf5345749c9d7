/// The broker as a whole: [Barnabas] starts one in this process, [Node] wires its parts together.
@NullMarked
package barnabas.broker;

import org.jspecify.annotations.NullMarked;
