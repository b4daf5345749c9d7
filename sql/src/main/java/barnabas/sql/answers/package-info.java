/// Answers of statements as JSON, in the shapes of ksqlDB's documentation. Start reading at
/// [barnabas.sql.answers.Inquiries].
@NullMarked
package barnabas.sql.answers;

import org.jspecify.annotations.NullMarked;
