/// What compaction is made of, without files: the newest offset of each key, who aborted, how fast.
@NullMarked
package barnabas.log.compaction;

import org.jspecify.annotations.NullMarked;
