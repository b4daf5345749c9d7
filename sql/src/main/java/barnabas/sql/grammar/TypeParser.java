package barnabas.sql.grammar;

import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.TypeProblem;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads types.
final class TypeParser {
    private static final Set<String> WORDS = Set.of(
            "BOOLEAN",
            "INT",
            "INTEGER",
            "BIGINT",
            "DOUBLE",
            "STRING",
            "VARCHAR",
            "BYTES",
            "DATE",
            "TIME",
            "TIMESTAMP",
            "DECIMAL",
            "ARRAY",
            "MAP",
            "STRUCT");

    private final TokenReader in;
    private final Function<String, @Nullable SqlType> named;

    /// @param named types of CREATE TYPE by their name; null for unknown ones
    TypeParser(TokenReader in, Function<String, @Nullable SqlType> named) {
        this.in = in;
        this.named = named;
    }

    SqlType type() {
        in.down();
        try {
            return read();
        } catch (TypeProblem e) {
            throw new SqlProblem(String.valueOf(e.getMessage()), e);
        } finally {
            in.up();
        }
    }

    private SqlType read() {
        Token token = in.peek();
        if (!token.isName()) throw in.unexpected("a type");
        in.next();
        SqlType custom = named.apply(token.text());
        if (custom != null) return custom;
        if (token.kind() == Token.Kind.QUOTED_NAME) throw unknown(token);
        return switch (token.text()) {
            case "ARRAY" -> {
                in.expect("<");
                SqlType element = type();
                close();
                yield SqlType.array(element);
            }
            case "MAP" -> {
                in.expect("<");
                SqlType key = type();
                in.expect(",");
                SqlType value = type();
                close();
                yield SqlType.map(key, value);
            }
            case "STRUCT" -> struct();
            case "DECIMAL", "DEC" -> decimal();
            case "VARCHAR", "STRING" -> {
                if (in.accept("(")) {
                    in.integer("a length");
                    in.expect(")");
                }
                yield SqlType.STRING;
            }
            case "BOOLEAN" -> SqlType.BOOLEAN;
            case "INT", "INTEGER" -> SqlType.INTEGER;
            case "BIGINT" -> SqlType.BIGINT;
            case "DOUBLE" -> SqlType.DOUBLE;
            case "BYTES" -> SqlType.BYTES;
            case "DATE" -> SqlType.DATE;
            case "TIME" -> SqlType.TIME;
            case "TIMESTAMP" -> SqlType.TIMESTAMP;
            default -> throw unknown(token);
        };
    }

    private static SqlProblem unknown(Token token) {
        return new SqlProblem(
                token.at(), "Cannot resolve unknown type: " + token.text() + "." + Names.hint(token.text(), WORDS));
    }

    private SqlType decimal() {
        in.expect("(");
        int precision = Math.toIntExact(in.integer("a precision"));
        int scale = in.accept(",") ? Math.toIntExact(in.integer("a scale")) : 0;
        in.expect(")");
        return SqlType.decimal(precision, scale);
    }

    private SqlType struct() {
        if (in.accept("<>")) return new SqlType.Structure(new ArrayList<>());
        in.expect("<");
        var fields = new ArrayList<SqlType.Field>();
        var names = new HashSet<String>();
        while (!in.at(">")) {
            if (!fields.isEmpty()) in.expect(",");
            Position at = in.position();
            String name = in.identifier("the name of a field");
            if (!names.add(name)) throw new SqlProblem(at, "Duplicate field names found in STRUCT: '" + name + "'");
            in.accept(":");
            fields.add(new SqlType.Field(name, type()));
        }
        close();
        return new SqlType.Structure(fields);
    }

    private void close() {
        if (!in.accept(">")) throw in.unexpected("'>'");
    }
}
