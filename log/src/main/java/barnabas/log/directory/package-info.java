/// One directory of `log.dirs`: its partitions, checkpoints, moves and cleaner. Start reading at
/// [barnabas.log.directory.LogDirectory].
@NullMarked
package barnabas.log.directory;

import org.jspecify.annotations.NullMarked;
