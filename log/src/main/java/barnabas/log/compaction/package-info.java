/// Parts of compaction that use no files: the newest offset of each key, aborted transactions, the rate limit.
@NullMarked
package barnabas.log.compaction;

import org.jspecify.annotations.NullMarked;
