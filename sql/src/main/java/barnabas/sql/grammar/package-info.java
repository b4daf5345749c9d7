/// Reader of the language: text to tokens to trees. The grammar is docs/sql/grammar.md; the parser descends by hand,
/// so that each error says what was expected there. Start reading at [barnabas.sql.grammar.StatementParser].
@NullMarked
package barnabas.sql.grammar;

import org.jspecify.annotations.NullMarked;
