/// Reading records for people: newest first, from a place on, as they come. Start reading at
/// [barnabas.console.records.RecordPages].
@NullMarked
package barnabas.console.records;

import org.jspecify.annotations.NullMarked;
