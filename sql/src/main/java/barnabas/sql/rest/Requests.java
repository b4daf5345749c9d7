package barnabas.sql.rest;

import barnabas.sql.engine.EngineState;
import barnabas.sql.engine.PropertyNames;
import barnabas.sql.engine.Session;
import barnabas.sql.engine.SqlEngine;
import barnabas.sql.grammar.Script;
import barnabas.sql.grammar.StatementParser;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import barnabas.sql.types.SqlType;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Statements and sessions out of bodies.
final class Requests {
    private static final int STATEMENTS_MAX = 1_000;

    /// Characters of all statements of a request, with their variables.
    private static final int FILLED_MAX = 4 << 20;

    private final SqlEngine engine;
    private final Map<String, String> defaults;

    /// @param defaults properties of sessions that a request does not name
    Requests(SqlEngine engine, Map<String, String> defaults) {
        this.engine = engine;
        this.defaults = Map.copyOf(defaults);
    }

    /// @param text with variables put in, without its semicolon
    record Parsed(Statement statement, String text) {
        String shown() {
            return text.strip() + ";";
        }
    }

    Session session(JsonNode body) {
        Map<String, String> given = Exchange.texts(body, "streamsProperties", "properties");
        given.forEach(Requests::check);
        var properties = new HashMap<>(defaults);
        properties.putAll(given);
        var variables = new HashMap<String, String>();
        Exchange.texts(body, "sessionVariables")
                .forEach((name, value) -> variables.put(name.toLowerCase(Locale.ROOT), value));
        return new Session(properties, variables);
    }

    static void check(String property, String value) {
        if (!PropertyNames.known(property))
            throw new RestProblem(
                    RestProblem.BAD_REQUEST,
                    "Not a property of ksql, streams, consumers or producers: '" + property + "'"
                            + PropertyNames.hint(property));
        PropertyNames.problem(property, value).ifPresent(problem -> {
            throw new RestProblem(RestProblem.BAD_REQUEST, problem);
        });
    }

    /// All statements of a text, read before the first one is carried out. SET and DEFINE count for those behind them.
    List<Parsed> parsed(String text, Session session) {
        var variables = new HashMap<>(session.variables());
        var all = new ArrayList<Parsed>();
        EngineState known = engine.state();
        var types = new HashMap<String, SqlType>();
        String shown = text;
        long characters = 0;
        try {
            for (Script.Part part : Script.parts(text)) {
                shown = part.text();
                String filled = Script.substituted(part.text(), variables);
                characters += filled.length();
                if (characters > FILLED_MAX)
                    throw new SqlProblem(
                            "The statements have more than " + FILLED_MAX + " characters with their variables");
                Statement statement = StatementParser.parse(
                        filled, part.at(), name -> types.containsKey(name) ? types.get(name) : known.type(name));
                if (statement instanceof Statement.Define define)
                    variables.put(define.name().toLowerCase(Locale.ROOT), define.value());
                if (statement instanceof Statement.Undefine undefine)
                    variables.remove(undefine.name().toLowerCase(Locale.ROOT));
                if (statement instanceof Statement.CreateType create) types.putIfAbsent(create.name(), create.type());
                if (all.size() == STATEMENTS_MAX)
                    throw new RestProblem(RestProblem.BAD_REQUEST, "More than " + STATEMENTS_MAX + " statements");
                all.add(new Parsed(statement, filled.strip()));
            }
        } catch (SqlProblem e) {
            throw new RestProblem(RestProblem.BAD_STATEMENT, String.valueOf(e.getMessage()), shown.strip(), e);
        }
        if (all.isEmpty()) throw new RestProblem(RestProblem.BAD_REQUEST, "There is no statement in the request");
        return all;
    }
}
