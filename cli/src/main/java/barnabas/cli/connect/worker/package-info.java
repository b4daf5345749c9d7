/// A Connect worker in a process of its own and its supervision. Start reading at
/// [barnabas.cli.connect.worker.Supervisor].
@NullMarked
package barnabas.cli.connect.worker;

import org.jspecify.annotations.NullMarked;
