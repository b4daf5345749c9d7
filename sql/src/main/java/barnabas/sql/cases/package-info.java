/// Case files: statements, records in, records out. The form of the files is in docs/sql/test-files.md. Start
/// reading at [barnabas.sql.cases.CaseRun].
@NullMarked
package barnabas.sql.cases;

import org.jspecify.annotations.NullMarked;
