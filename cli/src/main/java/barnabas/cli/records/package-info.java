/// Text forms of records and of places in a log, for the commands that produce and consume. Start reading at
/// [barnabas.cli.records.RecordFormat].
@NullMarked
package barnabas.cli.records;

import org.jspecify.annotations.NullMarked;
