/// The prompt of `barnabas sql`: a client of the service's REST interface. Start reading at
/// [barnabas.sql.prompt.PromptSession].
@NullMarked
package barnabas.sql.prompt;

import org.jspecify.annotations.NullMarked;
