/// Files of a log directory below the segments: opened on use and closed when idle, named, checkpointed; the health and
/// the journal of the directory. Start reading at [barnabas.log.file.LazyFile].
@NullMarked
package barnabas.log.file;

import org.jspecify.annotations.NullMarked;
