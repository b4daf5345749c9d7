/// The console in the browser and the REST interface below `/api/v1`, on a node's HTTP listener. Loaded by the first
/// request for one of its pages. Start reading at [barnabas.console.ConsolePages].
@NullMarked
package barnabas.console;

import org.jspecify.annotations.NullMarked;
