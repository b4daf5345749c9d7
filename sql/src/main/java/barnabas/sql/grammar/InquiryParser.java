package barnabas.sql.grammar;

import barnabas.sql.syntax.Inquiry;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads SHOW, LIST, DESCRIBE, EXPLAIN, PRINT, PAUSE and RESUME.
public final class InquiryParser {
    private final TokenReader in;
    private final String text;

    private InquiryParser(String text, Position at) {
        this.text = text;
        in = new TokenReader(Lexer.tokens(text, at));
    }

    /// @return empty for statements about connectors, schemas and files
    /// @throws SqlProblem when the statement is not complete
    public static Optional<Inquiry> parse(Statement.Informative statement) {
        return Optional.ofNullable(new InquiryParser(statement.text(), statement.at()).inquiry());
    }

    private @Nullable Inquiry inquiry() {
        Position at = in.position();
        Inquiry found;
        if (in.accept("SHOW") || in.accept("LIST")) found = show();
        else if (in.accept("DESCRIBE")) found = in.at("CONNECTOR") ? null : describe(at);
        else if (in.accept("EXPLAIN")) return explain(at);
        else if (in.accept("PRINT")) found = print(at);
        else if (in.accept("PAUSE")) found = new Inquiry.Pause(at, in.next().text(), true);
        else if (in.accept("RESUME")) found = new Inquiry.Pause(at, in.next().text(), false);
        else return null;
        if (found != null) in.expectEnd();
        return found;
    }

    private @Nullable Inquiry show() {
        boolean all = in.accept("ALL");
        for (String each : List.of("CONNECTORS", "SOURCE", "SINK", "CONNECTOR")) if (in.at(each)) return null;
        Token word = in.next();
        Inquiry.Subject subject = Arrays.stream(Inquiry.Subject.values())
                .filter(each -> each.name().equals(word.text().toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new SqlProblem(
                        word.at(),
                        "Syntax Error: expected one of " + List.of(Inquiry.Subject.values()) + ", got "
                                + word.shown()));
        return new Inquiry.Show(subject, all, in.accept("EXTENDED"));
    }

    private Inquiry describe(Position at) {
        if (in.accept("FUNCTION"))
            return new Inquiry.DescribeFunction(at, in.next().text());
        for (Inquiry.Subject each : List.of(Inquiry.Subject.STREAMS, Inquiry.Subject.TABLES))
            if (in.accept(each.name())) return new Inquiry.Show(each, false, in.accept("EXTENDED"));
        boolean before = in.accept("EXTENDED");
        String name = in.name("the name of a stream or table");
        return new Inquiry.Describe(at, name, in.accept("EXTENDED") || before);
    }

    private Inquiry explain(Position at) {
        String subject = text.strip().substring("EXPLAIN".length()).strip();
        if (subject.isEmpty()) throw in.unexpected("the id of a query, or a statement");
        return new Inquiry.Explain(at, subject);
    }

    private Inquiry print(Position at) {
        Token topic = in.next();
        String name = topic.kind() == Token.Kind.STRING
                ? topic.text()
                : topic.source().replace("`", "");
        boolean start = in.accept("FROM", "BEGINNING");
        int every = 1;
        if (in.accept("INTERVAL") || in.accept("SAMPLE")) every = number();
        Integer limit = in.accept("LIMIT") ? Integer.valueOf(number()) : null;
        return new Inquiry.Print(at, name, start, every, limit);
    }

    private int number() {
        Token token = in.next();
        try {
            int number = Integer.parseInt(token.text());
            if (number > 0) return number;
        } catch (NumberFormatException e) {
            throw new SqlProblem(token.at() + ": Syntax Error: expected a whole number, got " + token.shown(), e);
        }
        throw new SqlProblem(token.at(), "Syntax Error: expected 1 or more, got " + token.shown());
    }
}
