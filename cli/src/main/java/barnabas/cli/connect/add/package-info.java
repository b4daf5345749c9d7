/// A new connector: its settings, their check by the worker, its start. Start reading at
/// [barnabas.cli.connect.add.NewConnector].
@NullMarked
package barnabas.cli.connect.add;

import org.jspecify.annotations.NullMarked;
