package barnabas.sql.grammar;

import barnabas.sql.syntax.Position;

/// A token.
///
/// @param text names in upper case unless they were in quotes; strings without their quotes
record Token(Kind kind, String text, String source, Position at) {
    enum Kind {
        NAME,
        QUOTED_NAME,
        STRING,
        INTEGER,
        DECIMAL,
        FLOATING,
        SYMBOL,
        END
    }

    boolean is(String word) {
        return (kind == Kind.NAME || kind == Kind.SYMBOL) && text.equals(word);
    }

    boolean isName() {
        return kind == Kind.NAME || kind == Kind.QUOTED_NAME;
    }

    /// Text for messages.
    String shown() {
        return kind == Kind.END ? "the end of the statement" : "'" + source + "'";
    }
}
