package barnabas.sql.grammar;

import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// A place in the tokens of a statement, with the steps that all parts of the parser share.
final class TokenReader {
    /// Words that end a name or an expression where they stand, unless they are in backticks.
    private static final Set<String> RESERVED = Set.of(
            "SELECT",
            "FROM",
            "WHERE",
            "GROUP",
            "HAVING",
            "JOIN",
            "INNER",
            "LEFT",
            "RIGHT",
            "FULL",
            "OUTER",
            "ON",
            "WITHIN",
            "AS",
            "AND",
            "OR",
            "NOT",
            "IN",
            "LIKE",
            "BETWEEN",
            "IS",
            "NULL",
            "CASE",
            "WHEN",
            "THEN",
            "ELSE",
            "END",
            "CAST",
            "TRUE",
            "FALSE",
            "BY",
            "LIMIT",
            "INTO",
            "CREATE",
            "INSERT",
            "WITH",
            "DISTINCT",
            "WINDOW",
            "TABLE",
            "STREAM",
            "DROP",
            "VALUES",
            "CROSS");

    private static final Set<String> CLAUSES = Set.of(
            "WHERE", "GROUP", "HAVING", "PARTITION", "WINDOW", "EMIT", "LIMIT", "JOIN", "WITHIN", "WITH", "DELETE");
    private static final Set<String> UNITS = Set.of("DAYS", "HOURS", "MINUTES", "SECONDS", "MILLISECONDS");

    private static final int DEPTH_MAX = 200;
    private static final int OPERATORS_MAX = 10_000;

    /// Limits of a statement.
    ///
    /// @param duration the longest one
    /// @param chain operators one after the other in an expression, and as many ANDs and ORs. A chain is a tree
    ///     as deep as it is long, which is analysed on a stack of 1 MB: 400 comparisons did not always fit.
    /// @param height operators of all expressions in each other
    record Limits(Duration duration, int chain, int height) {
        /// Sums of a size, a gap and a grace period stay far from the largest number of milliseconds.
        static final Limits NEW = new Limits(Duration.ofDays(365_000), 200, 400);

        /// Statements of earlier versions could have durations of any length and 1,000 operators, among which NOT
        /// BETWEEN counted as one; it counts as four now.
        static final Limits STORED = new Limits(Duration.ofMillis(Long.MAX_VALUE), 4_000, 4_000);
    }

    private final List<Token> tokens;
    private final Limits limits;
    private int at;
    private int depth;
    private int operators;
    private Chain chain = new Chain();

    TokenReader(List<Token> tokens) {
        this(tokens, Limits.NEW);
    }

    TokenReader(List<Token> tokens, Limits limits) {
        this.limits = limits;
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    Token next() {
        Token token = tokens.get(at);
        if (at < tokens.size() - 1) at++;
        return token;
    }

    Position position() {
        return peek().at();
    }

    boolean at(String... words) {
        for (int i = 0; i < words.length; i++) if (!peek(i).is(words[i])) return false;
        return true;
    }

    /// Takes these words if they are next.
    boolean accept(String... words) {
        if (!at(words)) return false;
        for (int i = 0; i < words.length; i++) next();
        return true;
    }

    void expect(String... words) {
        for (String word : words) if (!accept(word)) throw misspelled("'" + word + "'", Set.of(word));
    }

    void expectEnd() {
        accept(";");
        if (peek().kind() != Token.Kind.END) throw misspelled("the end of the statement", CLAUSES);
    }

    /// A word that is missing may be there with a slip: the next one, or the one before, which was taken as an alias.
    private SqlProblem misspelled(String expected, Set<String> words) {
        for (Token each : List.of(peek(), tokens.get(Math.max(0, at - 1))))
            if (each.kind() == Token.Kind.NAME && !RESERVED.contains(each.text())) {
                String hint = Names.hint(each.text(), words);
                if (!hint.isEmpty()) return unexpected(expected + ", at '" + each.source() + "'." + hint);
            }
        return unexpected(expected);
    }

    SqlProblem unexpected(String expected) {
        return new SqlProblem(position(), "Syntax Error: unexpected " + peek().shown() + ", expected " + expected);
    }

    SqlProblem unexpected(String expected, Set<String> words) {
        return new SqlProblem(
                position(),
                "Syntax Error: unexpected " + peek().shown() + ", expected " + expected + "."
                        + Names.hint(peek().text(), words));
    }

    /// Some words are names where no clause can begin with them: `PARTITION` but for `PARTITION BY`.
    boolean isNameNext() {
        if (at("PARTITION", "BY") || at("EMIT", "CHANGES") || at("EMIT", "FINAL")) return false;
        if (at("ESCAPE") && peek(1).kind() == Token.Kind.STRING) return false;
        return isName(peek());
    }

    private static boolean isName(Token token) {
        return token.kind() == Token.Kind.QUOTED_NAME
                || (token.kind() == Token.Kind.NAME && !RESERVED.contains(token.text()));
    }

    String name(String expected) {
        if (!isNameNext()) throw unexpected(expected);
        return next().text();
    }

    /// A name where no clause can begin: all words but those that expressions and clauses are made of.
    ///
    /// @param expected for the message when no name is next
    String identifier(String expected) {
        Token token = peek();
        if (!token.isName()) throw unexpected(expected);
        if (token.kind() == Token.Kind.NAME && RESERVED.contains(token.text()))
            throw new SqlProblem(
                    token.at(),
                    "Syntax Error: unexpected " + token.shown() + ", expected " + expected + ". \"" + token.source()
                            + "\" is a reserved keyword and can't be used as an identifier"
                            + " without backticks: `" + token.source() + "`");
        return next().text();
    }

    String string(String expected) {
        if (peek().kind() != Token.Kind.STRING) throw unexpected(expected);
        return next().text();
    }

    long integer(String expected) {
        if (peek().kind() != Token.Kind.INTEGER) throw unexpected(expected);
        Token digits = next();
        try {
            return Long.parseLong(digits.text());
        } catch (NumberFormatException e) {
            throw new SqlProblem(digits.at() + ": The number " + digits.text() + " is too large", e);
        }
    }

    /// `5 SECONDS`.
    Duration duration() {
        long amount = integer("a number of time units");
        Token unit = next();
        long millis = switch (unit.text()) {
            case "DAY", "DAYS" -> 86_400_000L;
            case "HOUR", "HOURS" -> 3_600_000L;
            case "MINUTE", "MINUTES" -> 60_000L;
            case "SECOND", "SECONDS" -> 1_000L;
            case "MILLISECOND", "MILLISECONDS" -> 1L;
            default ->
                throw new SqlProblem(
                        unit.at(),
                        "Syntax Error: unexpected " + unit.shown()
                                + ", expected DAYS, HOURS, MINUTES, SECONDS or MILLISECONDS."
                                + Names.hint(unit.text(), UNITS));
        };
        if (amount > limits.duration().toMillis() / millis)
            throw new SqlProblem(
                    unit.at(),
                    "The duration of " + amount + " " + unit.source() + " is too large: "
                            + limits.duration().toDays() + " DAYS at most");
        return Duration.ofMillis(amount * millis);
    }

    /// Operators of an expression that has begun.
    static final class Chain {
        private int operators;
        private int longest;
        private int connectives;
        /// The highest of the expressions in it, which may be the left operand of all of its operators.
        private int inner;

        private int height() {
            return inner + longest + connectives;
        }
    }

    /// Begins an expression.
    ///
    /// @return the one around it, for [#end]
    Chain begin() {
        down();
        Chain around = chain;
        chain = new Chain();
        return around;
    }

    void end(Chain around) {
        around.inner = Math.max(around.inner, chain.height());
        chain = around;
        checkHeight();
        up();
    }

    private void chained(int length) {
        int max = limits.chain();
        if (length > max)
            throw new SqlProblem(
                    position(), "An expression may have " + max + " operators in a row, and " + max + " ANDs and ORs");
        checkHeight();
    }

    private void checkHeight() {
        if (chain.height() > limits.height())
            throw new SqlProblem(
                    position(), "Expressions in each other may have " + limits.height() + " operators in a row");
    }

    /// Takes AND or OR, between operands that are chains of their own.
    Token connective() {
        total();
        chain.operators = 0;
        chained(++chain.connectives);
        return next();
    }

    /// Takes an operator between two operands.
    Token operator() {
        count();
        return next();
    }

    /// Counts an operator that is taken already.
    void count() {
        total();
        chain.longest = Math.max(chain.longest, ++chain.operators);
        chained(chain.operators);
    }

    private void total() {
        if (++operators > OPERATORS_MAX)
            throw new SqlProblem(position(), "A statement may have " + OPERATORS_MAX + " operators at most");
    }

    /// Bounds how deep the parser descends.
    void down() {
        if (++depth > DEPTH_MAX)
            throw new SqlProblem(position(), "Expressions are nested more than " + DEPTH_MAX + " deep");
    }

    void up() {
        depth--;
    }
}
