package barnabas.sql.grammar;

import barnabas.sql.syntax.Position;
import java.time.Duration;

/// Texts of durations: `10 SECONDS`.
public final class Durations {
    private Durations() {}

    /// @throws barnabas.sql.syntax.SqlProblem when the text is no duration
    public static Duration parse(String text) {
        var reader = new TokenReader(Lexer.tokens(text, new Position(1, 1)));
        Duration duration = reader.duration();
        reader.expectEnd();
        return duration;
    }
}
