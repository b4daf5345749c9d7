package barnabas.sql.prompt;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import org.jline.reader.Candidate;
import org.jline.reader.EndOfFileException;
import org.jline.reader.History;
import org.jline.reader.LineReader;
import org.jline.reader.LineReaderBuilder;
import org.jline.reader.UserInterruptException;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;

/// The prompt on a terminal, with history and completion.
final class Prompt {
    private static final String HELP = """
            Statements end with a semicolon; see docs/sql. Besides:
              RUN SCRIPT 'file';   DEFINE name = 'value';   SHOW VARIABLES;   SET 'property' = 'value';
              output JSON | TABULAR   history   server   clear   help   exit
            Ctrl-C ends a query that runs, Ctrl-D the prompt.
            """;

    private static final int WIDTH_MIN = 40;

    private final AskedService service;
    private final PromptOptions options;
    private final Path history;

    /// @param history file of the lines of earlier prompts
    Prompt(AskedService service, PromptOptions options, Path history) {
        this.service = service;
        this.options = options;
        this.history = history;
    }

    int run() throws IOException, InterruptedException {
        try (Terminal terminal = TerminalBuilder.builder()
                .system(true)
                .jni(false)
                .ffm(false)
                .exec(true)
                .dumb(true)
                .build()) {
            var completions = new Completions(service);
            LineReader reader = LineReaderBuilder.builder()
                    .terminal(terminal)
                    .appName("barnabas sql")
                    .parser(new StatementLines())
                    .completer((line, parsed, candidates) -> {
                        for (String each : completions.of(parsed.word().substring(0, parsed.wordCursor())))
                            candidates.add(new Candidate(each));
                    })
                    .variable(LineReader.HISTORY_FILE, history)
                    .variable(LineReader.SECONDARY_PROMPT_PATTERN, "   > ")
                    .option(LineReader.Option.DISABLE_EVENT_EXPANSION, true)
                    .build();
            int width = Math.max(WIDTH_MIN, terminal.getWidth() == 0 ? 120 : terminal.getWidth());
            var session = new PromptSession(service, terminal.writer(), width, options.json());
            terminal.handle(Terminal.Signal.INT, signal -> session.cancel());
            loop(reader, session, completions, terminal.writer());
            return 0;
        }
    }

    private void loop(LineReader reader, PromptSession session, Completions completions, PrintWriter out)
            throws InterruptedException {
        out.println("Connected to " + options.rest() + ". 'help' lists commands, Ctrl-D ends.");
        while (true) {
            String line;
            try {
                line = reader.readLine("sql> ").strip();
            } catch (UserInterruptException e) {
                continue;
            } catch (EndOfFileException e) {
                return;
            }
            if (line.isEmpty()) continue;
            String word = line.split("[\\s;]+", 2)[0].toLowerCase(Locale.ROOT);
            try {
                switch (word) {
                    case "exit", "quit" -> {
                        return;
                    }
                    case "help" -> out.print(HELP);
                    case "server" -> out.println(options.rest());
                    case "clear" -> reader.callWidget(LineReader.CLEAR_SCREEN);
                    case "history" -> {
                        for (History.Entry each : reader.getHistory())
                            out.println(each.index() + "  " + each.line().replace("\n", " "));
                    }
                    default -> session.run(line);
                }
            } catch (IOException e) {
                out.println("Error: " + e.getMessage());
            } catch (IllegalStateException e) {
                // The screen cannot be cleared outside of a line.
                out.println();
            }
            completions.changed();
            out.flush();
        }
    }
}
