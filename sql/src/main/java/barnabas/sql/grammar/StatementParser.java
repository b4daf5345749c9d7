package barnabas.sql.grammar;

import barnabas.sql.syntax.Expression;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.Query;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.syntax.Statement.Creation;
import barnabas.sql.syntax.Statement.Element;
import barnabas.sql.syntax.Statement.Kind;
import barnabas.sql.syntax.Statement.Role;
import barnabas.sql.types.SqlType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads one statement.
public final class StatementParser {
    private static final String QUERY_ID = "QUERY_ID";

    private static final Set<String> STARTS = Set.of(
            "CREATE",
            "INSERT",
            "SELECT",
            "DROP",
            "ALTER",
            "DEFINE",
            "UNDEFINE",
            "SET",
            "UNSET",
            "TERMINATE",
            "ASSERT",
            "SHOW",
            "LIST",
            "DESCRIBE",
            "EXPLAIN",
            "PRINT",
            "PAUSE",
            "RESUME");

    private final TokenReader in;
    private final TypeParser types;
    private final ExpressionParser expressions;
    private final boolean stored;

    private StatementParser(TokenReader in, Function<String, @Nullable SqlType> named, boolean stored) {
        this.in = in;
        this.stored = stored;
        types = new TypeParser(in, named);
        expressions = new ExpressionParser(in, types);
    }

    /// @param start place of the text in its script
    /// @param named types of CREATE TYPE by their name
    /// @throws SqlProblem when the text is no statement
    public static Statement parse(String text, Position start, Function<String, @Nullable SqlType> named) {
        return parse(new StatementParser(new TokenReader(Lexer.tokens(text, start)), named, false), text);
    }

    /// Reads the statement of a saved definition, which an earlier version may have taken with values of WITH that are
    /// no literals (`VALUE_FORMAT=JSON`), with durations of any length or with longer chains of operators, which
    /// take a larger stack. What was taken once is taken again.
    ///
    /// @param named as in [#parse]
    /// @throws SqlProblem when the text is no statement
    public static Statement stored(String text, Function<String, @Nullable SqlType> named) {
        var in = new TokenReader(Lexer.tokens(text, new Position(1, 1)), TokenReader.Limits.STORED);
        return parse(new StatementParser(in, named, true), text);
    }

    private static Statement parse(StatementParser parser, String text) {
        Statement statement;
        try {
            statement = parser.statement(text);
        } catch (ArithmeticException e) {
            throw new SqlProblem(parser.in.position() + ": a number is too large", e);
        }
        if (!(statement instanceof Statement.Informative)) parser.in.expectEnd();
        return statement;
    }

    private Statement statement(String text) {
        Position at = in.position();
        if (isInformative()) return new Statement.Informative(at, text.strip());
        if (in.at("SELECT")) return new Statement.Select(at, query());
        if (in.accept("CREATE")) return create(at);
        if (in.accept("INSERT", "INTO")) return insert(at);
        if (in.accept("DROP")) return drop(at);
        if (in.accept("ALTER")) return alter(at);
        if (in.accept("DEFINE")) {
            String name = in.next().text();
            in.expect("=");
            return new Statement.Define(at, name, in.string("a value in quotes"));
        }
        if (in.accept("UNDEFINE")) return new Statement.Undefine(at, in.next().text());
        if (in.accept("SET")) {
            String name = in.string("the name of a property in quotes");
            in.expect("=");
            return new Statement.SetProperty(at, name, in.string("a value in quotes"));
        }
        if (in.accept("UNSET")) return new Statement.UnsetProperty(at, in.string("the name of a property in quotes"));
        if (in.accept("TERMINATE")) return new Statement.Terminate(at, in.next().text());
        if (in.accept("ASSERT")) return assertion(at);
        throw in.unexpected("a statement", STARTS);
    }

    /// Statements that show something, and those about connectors, schemas and files, which are outside of a session.
    private boolean isInformative() {
        for (String word : List.of("SHOW", "LIST", "DESCRIBE", "EXPLAIN", "PRINT", "PAUSE", "RESUME"))
            if (in.at(word)) return true;
        return in.at("RUN", "SCRIPT")
                || in.at("ALTER", "SYSTEM")
                || in.at("CREATE", "CONNECTOR")
                || in.at("CREATE", "SINK")
                || (in.at("CREATE", "SOURCE") && in.peek(2).is("CONNECTOR"))
                || in.at("DROP", "CONNECTOR")
                || in.at("ASSERT", "SCHEMA")
                || (in.at("ASSERT", "NOT") && in.peek(3).is("SCHEMA"));
    }

    private Query query() {
        return new QueryParser(in, expressions).query();
    }

    private Statement create(Position at) {
        if (in.accept("TYPE")) {
            boolean ifNotExists = in.accept("IF", "NOT", "EXISTS");
            String name = in.name("the name of a type");
            in.expect("AS");
            return new Statement.CreateType(at, name, types.type(), ifNotExists);
        }
        boolean orReplace = in.accept("OR", "REPLACE");
        boolean readOnly = in.accept("SOURCE");
        Kind kind = kind();
        boolean ifNotExists = in.accept("IF", "NOT", "EXISTS");
        var creation = new Creation(kind, orReplace, ifNotExists, readOnly);
        String name = in.name("the name of a " + kind.name().toLowerCase(Locale.ROOT));
        List<Element> elements = in.at("(") ? elements() : List.of();
        Map<String, String> properties = in.accept("WITH") ? properties() : Map.of();
        if (readOnly && in.at("AS")) throw in.unexpected("the end of the statement (SOURCE is for existing topics)");
        if (!in.accept("AS")) return new Statement.CreateSource(at, creation, name, elements, properties);
        if (!elements.isEmpty())
            throw new SqlProblem(elements.getFirst().at(), "Syntax Error: no columns before AS SELECT");
        return new Statement.CreateAs(at, creation, name, properties, query());
    }

    private Kind kind() {
        if (in.accept("STREAM")) return Kind.STREAM;
        if (in.accept("TABLE")) return Kind.TABLE;
        throw in.unexpected("STREAM or TABLE", Set.of("STREAM", "TABLE", "TYPE", "SOURCE"));
    }

    private List<Element> elements() {
        in.expect("(");
        var elements = new ArrayList<Element>();
        while (!in.at(")")) {
            if (!elements.isEmpty()) in.expect(",");
            elements.add(element());
        }
        in.expect(")");
        return elements;
    }

    private Element element() {
        Position at = in.position();
        String name = in.identifier("the name of a column");
        SqlType type = types.type();
        if (in.accept("PRIMARY", "KEY")) return new Element(at, name, type, Role.PRIMARY_KEY, null);
        if (in.accept("KEY")) return new Element(at, name, type, Role.KEY, null);
        if (in.accept("HEADERS")) return new Element(at, name, type, Role.HEADER, null);
        if (in.accept("HEADER")) {
            in.expect("(");
            String header = in.string("the name of a header in quotes");
            in.expect(")");
            return new Element(at, name, type, Role.HEADER, header);
        }
        return new Element(at, name, type, Role.VALUE, null);
    }

    private Map<String, String> properties() {
        in.expect("(");
        var properties = new LinkedHashMap<String, String>();
        while (!in.at(")")) {
            if (!properties.isEmpty()) in.expect(",");
            Token name = in.next();
            if (!name.isName() && name.kind() != Token.Kind.STRING)
                throw new SqlProblem(name.at(), "Syntax Error: expected the name of a property");
            in.expect("=");
            String sign = in.accept("-") ? "-" : "";
            Token value = in.next();
            if (!isLiteral(value, sign) && !isWord(value))
                throw new SqlProblem(
                        value.at(),
                        "Syntax Error: unexpected " + value.shown() + ", expected the value of " + name.text()
                                + ": a text in quotes, a number, true or false");
            if (properties.put(name.text().toUpperCase(Locale.ROOT), sign + text(value)) != null)
                throw new SqlProblem(name.at(), "Duplicate property: " + name.text());
        }
        in.expect(")");
        return properties;
    }

    private boolean isWord(Token value) {
        return stored && value.kind() != Token.Kind.SYMBOL && value.kind() != Token.Kind.END;
    }

    private String text(Token value) {
        return stored && value.kind() == Token.Kind.NAME ? value.source() : value.text();
    }

    private static boolean isLiteral(Token value, String sign) {
        return switch (value.kind()) {
            case INTEGER, DECIMAL, FLOATING -> true;
            case STRING -> sign.isEmpty();
            case NAME -> sign.isEmpty() && (value.is("TRUE") || value.is("FALSE"));
            case QUOTED_NAME, SYMBOL, END -> false;
        };
    }

    private Statement insert(Position at) {
        String target = in.name("the name of a stream or table");
        List<String> columns = new ArrayList<>();
        if (in.at("(")) columns = names();
        Map<String, String> properties = in.accept("WITH") ? properties() : Map.of();
        if (in.at("SELECT")) return new Statement.InsertSelect(at, target, query(), queryId(properties, at));
        in.expect("VALUES");
        return new Statement.InsertValues(at, target, columns, values());
    }

    private static @Nullable String queryId(Map<String, String> properties, Position at) {
        for (String each : properties.keySet())
            if (!each.equals(QUERY_ID))
                throw new SqlProblem(
                        at,
                        "Invalid config variable(s) in the WITH clause: " + each + "."
                                + Names.hint(each, List.of(QUERY_ID)));
        String id = properties.get(QUERY_ID);
        if (id == null) return null;
        for (int i = 0; i < id.length(); i++)
            if (!Character.isLetterOrDigit(id.charAt(i)) && id.charAt(i) != '_')
                throw new SqlProblem(
                        at, "Query IDs may contain only alphanumeric characters and '_'. Got: '" + id + "'");
        return id.toUpperCase(Locale.ROOT);
    }

    private List<String> names() {
        in.expect("(");
        var names = new ArrayList<String>();
        do names.add(in.identifier("the name of a column"));
        while (in.accept(","));
        in.expect(")");
        return names;
    }

    private List<Expression> values() {
        in.expect("(");
        List<Expression> values = expressions.list();
        in.expect(")");
        return values;
    }

    private Statement drop(Position at) {
        if (in.accept("TYPE")) {
            boolean ifExists = in.accept("IF", "EXISTS");
            return new Statement.DropType(at, in.name("the name of a type"), ifExists);
        }
        Kind kind = kind();
        boolean ifExists = in.accept("IF", "EXISTS");
        String name = in.name("the name of a stream or table");
        return new Statement.DropSource(at, kind, name, ifExists, in.accept("DELETE", "TOPIC"));
    }

    private Statement alter(Position at) {
        Kind kind = kind();
        String name = in.name("the name of a stream or table");
        var added = new ArrayList<Element>();
        do {
            in.expect("ADD");
            in.accept("COLUMN");
            added.add(element());
        } while (in.accept(","));
        return new Statement.AlterSource(at, kind, name, added);
    }

    private Statement assertion(Position at) {
        boolean not = in.accept("NOT", "EXISTS");
        if (in.accept("TOPIC")) {
            String topic = in.next().text();
            Map<String, String> properties = in.accept("WITH") ? properties() : Map.of();
            Long timeout = in.accept("TIMEOUT") ? Long.valueOf(in.duration().toMillis()) : null;
            return new Statement.AssertTopic(at, topic, !not, properties, timeout);
        }
        boolean none = in.at("NULL", "VALUES");
        if (none) in.next();
        if (in.accept("VALUES")) {
            String source = in.name("the name of a stream or table");
            List<String> columns = in.at("(") ? names() : List.of();
            if (none) in.expect("KEY");
            else in.expect("VALUES");
            return new Statement.AssertValues(at, source, columns, values(), none);
        }
        Kind kind = kind();
        String name = in.name("the name of a " + kind.name().toLowerCase(Locale.ROOT));
        List<Element> elements = in.at("(") ? elements() : List.of();
        Map<String, String> properties = in.accept("WITH") ? properties() : Map.of();
        return new Statement.AssertSource(at, kind, name, elements, properties);
    }
}
