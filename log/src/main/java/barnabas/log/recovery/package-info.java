/// Opening of a log after an orderly end or a crash. Start reading at [barnabas.log.recovery.LogLoader].
@NullMarked
package barnabas.log.recovery;

import org.jspecify.annotations.NullMarked;
