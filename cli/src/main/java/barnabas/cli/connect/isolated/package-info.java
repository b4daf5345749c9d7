/// A worker process for each connector, below one REST. Start reading at
/// [barnabas.cli.connect.isolated.IsolatedConnect].
@NullMarked
package barnabas.cli.connect.isolated;

import org.jspecify.annotations.NullMarked;
