/// Results of the controller: records to append with an answer, or a refusal.
@NullMarked
package barnabas.metadata.decision;

import org.jspecify.annotations.NullMarked;
