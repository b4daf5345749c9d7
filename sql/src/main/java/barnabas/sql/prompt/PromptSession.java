package barnabas.sql.prompt;

import barnabas.sql.grammar.Script;
import barnabas.sql.grammar.StatementParser;
import barnabas.sql.syntax.Position;
import barnabas.sql.syntax.SqlProblem;
import barnabas.sql.syntax.Statement;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Carries out statements of a prompt or a file: those about properties, variables, scripts and SPOOL here, queries
/// row by row, all others by the service. One thread at a time, but for [#cancel].
public final class PromptSession {
    /// RUN SCRIPT inside of scripts.
    private static final int DEPTH_MAX = 16;

    private final AskedService service;
    private final Spool spool;
    private final PrintWriter out;
    private final int width;
    private final Map<String, String> properties = new TreeMap<>();
    private final Map<String, String> variables = new TreeMap<>();
    private boolean json;
    private volatile boolean cancelled;

    /// @param width of the screen, in characters
    /// @param json answers are shown as JSON
    public PromptSession(AskedService service, PrintWriter out, int width, boolean json) {
        this.service = service;
        spool = new Spool(out);
        this.out = new PrintWriter(spool);
        this.width = width;
        this.json = json;
    }

    /// Ends the query that runs and leaves the rest of the script.
    public void cancel() {
        cancelled = true;
        service.cancel();
    }

    /// Carries out all statements of a text; those behind one that fails are left.
    ///
    /// @throws IOException with a message for the author when a statement fails or the service cannot be reached
    public void run(String script) throws IOException, InterruptedException {
        cancelled = false;
        try {
            run(script, 0);
        } catch (IOException e) {
            if (spool.isOpen()) spool.problem(String.valueOf(e.getMessage()));
            throw e;
        } finally {
            out.flush();
        }
    }

    private void run(String script, int depth) throws IOException, InterruptedException {
        List<Script.Part> parts;
        try {
            parts = Script.parts(script);
        } catch (SqlProblem e) {
            throw new ServiceProblem(String.valueOf(e.getMessage()));
        }
        for (Script.Part part : parts) {
            if (cancelled) return;
            String text;
            try {
                text = Script.substituted(part.text().strip(), variables);
            } catch (SqlProblem e) {
                throw new ServiceProblem(part.at() + ": " + e.getMessage());
            }
            spool.statement(text);
            if (!here(text, depth)) there(text);
            out.flush();
        }
    }

    private static List<String> words(String text) {
        var words = new ArrayList<String>();
        for (String each : text.strip().split("\\s+", 4)) words.add(each.toUpperCase(Locale.ROOT));
        while (words.size() < 3) words.add("");
        return words;
    }

    /// Carries out a statement that needs no service.
    private boolean here(String text, int depth) throws IOException, InterruptedException {
        List<String> words = words(text);
        switch (words.getFirst()) {
            case "DEFINE", "UNDEFINE", "SET", "UNSET" -> setting(text);
            case "RUN" -> {
                if (!words.get(1).equals("SCRIPT")) return false;
                if (depth == DEPTH_MAX)
                    throw new ServiceProblem("RUN SCRIPT is nested more than " + DEPTH_MAX + " deep");
                run(script(text), depth + 1);
            }
            case "SPOOL" -> spool(text);
            case "SHOW", "LIST" -> {
                if (!words.get(1).equals("VARIABLES")) return false;
                var rows = new ArrayList<List<String>>();
                variables.forEach((name, value) -> rows.add(List.of(name, value)));
                out.print(TextTable.text(List.of("Variable Name", "Value"), rows, width));
            }
            case "OUTPUT" -> {
                if (words.get(1).equals("JSON")) json = true;
                else if (words.get(1).equals("TABULAR")) json = false;
                else if (!words.get(1).isEmpty()) throw new ServiceProblem("OUTPUT takes JSON or TABULAR");
                out.println("Output: " + (json ? "JSON" : "TABULAR"));
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void spool(String text) throws IOException {
        String name = text.strip().substring("SPOOL".length()).strip();
        if (name.equalsIgnoreCase("OFF")) {
            if (!spool.isOpen()) throw new ServiceProblem("No session is being spooled: SPOOL 'file' begins one");
            spool.off();
            return;
        }
        if (name.length() > 1 && name.startsWith("'") && name.endsWith("'"))
            name = name.substring(1, name.length() - 1);
        if (name.isEmpty()) throw new ServiceProblem("SPOOL takes the path of a file, or OFF");
        if (spool.isOpen()) throw new ServiceProblem("A session is being spooled: end it with SPOOL OFF");
        try {
            spool.open(Path.of(name));
        } catch (IOException e) {
            throw new ServiceProblem("The file " + name + " cannot be written: " + e);
        }
    }

    private void setting(String text) throws ServiceProblem {
        Statement statement;
        try {
            statement = StatementParser.parse(text, new Position(1, 1), _ -> null);
        } catch (SqlProblem e) {
            throw new ServiceProblem(String.valueOf(e.getMessage()));
        }
        switch (statement) {
            case Statement.Define define -> variables.put(define.name().toLowerCase(Locale.ROOT), define.value());
            case Statement.Undefine undefine -> {
                if (variables.remove(undefine.name().toLowerCase(Locale.ROOT)) == null)
                    throw new ServiceProblem(
                            "Cannot undefine variable '" + undefine.name() + "' which was never defined");
            }
            case Statement.SetProperty set -> {
                properties.put(set.name(), set.value());
                out.println("Set " + set.name() + " to " + set.value());
            }
            case Statement.UnsetProperty unset -> {
                if (properties.remove(unset.name()) == null)
                    throw new ServiceProblem("Cannot unset property '" + unset.name() + "' which was never set");
                out.println("Unset " + unset.name());
            }
            default -> throw new IllegalStateException("no setting: " + text);
        }
    }

    private static String script(String text) throws IOException {
        int start = text.indexOf('\'');
        int end = text.lastIndexOf('\'');
        if (start < 0 || end <= start) throw new ServiceProblem("RUN SCRIPT takes the path of a file in quotes");
        String path = text.substring(start + 1, end);
        try {
            return Files.readString(Path.of(path));
        } catch (IOException e) {
            throw new ServiceProblem("The script " + path + " cannot be read: " + e);
        }
    }

    private void there(String text) throws IOException, InterruptedException {
        var settings = new AskedService.Settings(new LinkedHashMap<>(properties), new LinkedHashMap<>(variables));
        switch (words(text).getFirst()) {
            case "SELECT" -> query(text + ";", settings);
            case "PRINT" ->
                service.print(text + ";", settings, line -> {
                    out.println(line);
                    out.flush();
                    return !cancelled;
                });
            default -> {
                JsonNode answer = service.execute(text + ";", settings);
                if (json) out.println(answer.toPrettyString());
                String shown = new AnswerText(width).text(answer);
                if (!json) out.print(shown);
            }
        }
    }

    private void query(String text, AskedService.Settings settings) throws IOException, InterruptedException {
        int[] rows = {0};
        service.query(text, settings, new AskedService.Rows() {
            @Override
            public void header(JsonNode header) {
                if (json) {
                    out.println(header);
                } else {
                    List<String> names = TextTable.cells(header.path("columnNames"));
                    String line = TextTable.live(names, width);
                    out.println(line);
                    out.println("-".repeat(Math.min(width, Math.max(line.length(), 8))));
                }
                out.flush();
            }

            @Override
            public boolean row(JsonNode row) {
                rows[0]++;
                out.println(json ? row.toString() : TextTable.live(TextTable.cells(row), width));
                out.flush();
                return !cancelled;
            }
        });
        if (!json) out.println(rows[0] == 1 ? "1 row" : rows[0] + " rows");
    }
}
