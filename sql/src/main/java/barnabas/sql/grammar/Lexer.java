package barnabas.sql.grammar;

import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Cuts the text of one statement into tokens.
final class Lexer {
    private static final String[] SYMBOLS = {
        "<>", "!=", "<=", ">=", "=>", "->", ":=", "||", "(", ")", "[", "]", "{", "}", "<", ">", "=", ",", ".", "+", "-",
        "*", "/", "%", ";", ":"
    };

    private final String text;
    private int at;
    private int line;
    private int column;

    private Lexer(String text, Position start) {
        this.text = text;
        line = start.line();
        column = start.column();
    }

    static List<Token> tokens(String text, Position start) {
        var lexer = new Lexer(text, start);
        var tokens = new ArrayList<Token>();
        while (true) {
            Token next = lexer.next();
            tokens.add(next);
            if (next.kind() == Token.Kind.END) return tokens;
        }
    }

    private Token next() {
        skipSpace();
        var position = new Position(line, column);
        if (at >= text.length()) return new Token(Token.Kind.END, "", "", position);
        int from = at;
        char c = text.charAt(at);
        if (c == '\'') return token(Token.Kind.STRING, quoted('\'', position), from, position);
        if (c == '`' || c == '"') return token(Token.Kind.QUOTED_NAME, quoted(c, position), from, position);
        if (isDigit(c) || (c == '.' && isDigit(peek(1)))) return number(from, position);
        if (Character.isLetter(c) || c == '_' || c == '@' || c == '$') {
            while (isNamePart(peek(0))) advance();
            return token(Token.Kind.NAME, text.substring(from, at).toUpperCase(Locale.ROOT), from, position);
        }
        for (String symbol : SYMBOLS) {
            if (text.startsWith(symbol, at)) {
                for (int i = 0; i < symbol.length(); i++) advance();
                return token(Token.Kind.SYMBOL, symbol, from, position);
            }
        }
        throw new SqlProblem(position, "Syntax Error: unexpected character '" + c + "'");
    }

    private Token token(Token.Kind kind, String value, int from, Position position) {
        return new Token(kind, value, text.substring(from, at), position);
    }

    private Token number(int from, Position position) {
        var kind = Token.Kind.INTEGER;
        while (isDigit(peek(0))) advance();
        if (peek(0) == '.' && (isDigit(peek(1)) || (!isNamePart(peek(1)) && peek(1) != '.'))) {
            kind = Token.Kind.DECIMAL;
            advance();
            while (isDigit(peek(0))) advance();
        }
        boolean signed = peek(1) == '+' || peek(1) == '-';
        if ((peek(0) == 'e' || peek(0) == 'E') && isDigit(peek(signed ? 2 : 1))) {
            kind = Token.Kind.FLOATING;
            advance();
            advance();
            while (isDigit(peek(0))) advance();
        } else if (isNamePart(peek(0))) {
            // A name that starts with a digit.
            while (isNamePart(peek(0))) advance();
            throw new SqlProblem(
                    position,
                    "Syntax Error: identifiers must not start with a digit, '" + text.substring(from, at)
                            + "' needs backticks");
        }
        return token(kind, text.substring(from, at), from, position);
    }

    private String quoted(char quote, Position position) {
        var value = new StringBuilder();
        advance();
        while (true) {
            if (at >= text.length()) throw new SqlProblem(position, "Syntax Error: a closing " + quote + " is missing");
            char c = text.charAt(at);
            advance();
            if (c != quote) {
                value.append(c);
            } else if (peek(0) == quote) {
                value.append(c);
                advance();
            } else {
                return value.toString();
            }
        }
    }

    private void skipSpace() {
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                advance();
            } else if (text.startsWith("--", at)) {
                while (at < text.length() && text.charAt(at) != '\n') advance();
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                int stop = end < 0 ? text.length() : end + 2;
                while (at < stop) advance();
            } else {
                return;
            }
        }
    }

    private void advance() {
        if (text.charAt(at++) == '\n') {
            line++;
            column = 1;
        } else {
            column++;
        }
    }

    private char peek(int ahead) {
        return at + ahead < text.length() ? text.charAt(at + ahead) : 0;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '@' || c == '$';
    }
}
