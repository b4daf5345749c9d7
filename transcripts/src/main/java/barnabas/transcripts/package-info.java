/// Transcripts: tests as commands and answers, in one dialect for all modules. Not shipped.
@NullMarked
package barnabas.transcripts;

import org.jspecify.annotations.NullMarked;
