package barnabas.sql.grammar;

import barnabas.sql.syntax.Outside;
import barnabas.sql.syntax.Outside.ConnectorKind;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/// Reads statements about connectors, schemas and files.
public final class OutsideParser {
    private final TokenReader in;

    private OutsideParser(TokenReader in) {
        this.in = in;
    }

    /// @param statement for which [InquiryParser] has nothing
    /// @throws SqlProblem when it is not complete
    public static Outside parse(Statement.Informative statement) {
        var parser = new OutsideParser(new TokenReader(Lexer.tokens(statement.text(), statement.at())));
        Outside found;
        try {
            found = parser.outside();
        } catch (ArithmeticException e) {
            throw new SqlProblem(parser.in.position() + ": a number is too large", e);
        }
        if (!(found instanceof Outside.RunScript)) parser.in.expectEnd();
        return found;
    }

    private Outside outside() {
        Position at = in.position();
        if (in.accept("CREATE")) return create(at);
        if (in.accept("DROP", "CONNECTOR")) {
            boolean ifExists = in.accept("IF", "EXISTS");
            return new Outside.DropConnector(at, name(), ifExists);
        }
        if (in.accept("DESCRIBE", "CONNECTOR")) return new Outside.DescribeConnector(at, name());
        if (in.accept("SHOW") || in.accept("LIST")) {
            if (in.accept("CONNECTOR", "PLUGINS")) return new Outside.ShowPlugins(at);
            ConnectorKind kind = kind();
            in.expect("CONNECTORS");
            return new Outside.ShowConnectors(at, kind);
        }
        if (in.accept("ASSERT")) return assertion(at);
        if (in.accept("RUN", "SCRIPT")) {
            Token path = in.next();
            return new Outside.RunScript(at, path.kind() == Token.Kind.STRING ? path.text() : null);
        }
        throw in.unexpected("a statement about connectors or schemas");
    }

    private ConnectorKind kind() {
        if (in.accept("SOURCE")) return ConnectorKind.SOURCE;
        return in.accept("SINK") ? ConnectorKind.SINK : ConnectorKind.ANY;
    }

    private String name() {
        Token token = in.next();
        if (token.isName() || token.kind() == Token.Kind.STRING) return token.text();
        throw new SqlProblem(token.at(), "Syntax Error: expected the name of a connector, got " + token.shown());
    }

    private Outside create(Position at) {
        ConnectorKind kind = kind();
        in.expect("CONNECTOR");
        boolean ifNotExists = in.accept("IF", "NOT", "EXISTS");
        String name = name();
        in.expect("WITH");
        in.expect("(");
        Map<String, String> settings = new LinkedHashMap<>();
        do {
            Token setting = in.next();
            // Names of settings are in lower case: one without quotes is meant as it was written.
            String key = setting.kind() == Token.Kind.NAME ? setting.source() : setting.text();
            in.expect("=");
            String sign = in.accept("-") ? "-" : "";
            Token value = in.next();
            if (!setting.isName() && setting.kind() != Token.Kind.STRING)
                throw new SqlProblem(setting.at(), "Syntax Error: expected the name of a setting");
            if (value.kind() == Token.Kind.SYMBOL || value.kind() == Token.Kind.END)
                throw new SqlProblem(value.at(), "Syntax Error: expected the value of " + key);
            String text = value.kind() == Token.Kind.NAME ? value.source() : value.text();
            if (settings.put(key, sign + text) != null)
                throw new SqlProblem(setting.at(), "The setting " + key + " is there twice");
        } while (in.accept(","));
        in.expect(")");
        return new Outside.CreateConnector(at, kind, name, ifNotExists, settings);
    }

    private Outside assertion(Position at) {
        boolean not = in.accept("NOT", "EXISTS");
        in.expect("SCHEMA");
        String subject = in.accept("SUBJECT") ? in.next().text() : null;
        Integer id = in.accept("ID") ? Integer.valueOf(Math.toIntExact(in.integer("the id of a schema"))) : null;
        if (subject == null && id == null) throw in.unexpected("SUBJECT with a name, ID with a number, or both");
        Long timeout = in.accept("TIMEOUT") ? Long.valueOf(in.duration().toMillis()) : null;
        return new Outside.AssertSchema(at, subject, id, !not, timeout);
    }
}
