package barnabas.cli;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.cli.console.Interruption;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/// Commands in documents against the command tree: each `barnabas` line of a document names commands and options that
/// exist.
class DocumentedCommandsTest {
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final int COMMANDS_MIN = 100;

    /// A call in code, up to the end of the code, a pipe, a redirection, a comment or the next command.
    private static final Pattern CALL = Pattern.compile(
            "(?:^|[|!;$] ?)(?:[A-Z_]+=\\S+ )?(?:bin/)?barnabas ((?:(?<=\\w)\\|(?=\\w)|[^|`#<>&;\\n])*)");
    private static final Pattern CODE =
            Pattern.compile("(?m)`([^`\\n]+)`|^(?: {4}|\\$ )?((?:.*[$|!] )?(?:bin/)?barnabas .*)$");
    /// A body that curl sends, in single quotes of the shell.
    private static final Pattern BODY = Pattern.compile("-d '((?:[^']|'\\\\'')*)'");
    private static final Pattern QUOTED = Pattern.compile("'[^']*'|\"[^\"]*\"");
    private static final Pattern WORD = Pattern.compile("[a-z][a-z-]*(?:\\|[a-z][a-z-]*)*");
    private static final Pattern OPTION = Pattern.compile("--?[a-z][a-z-]*");

    private static CommandLine root() {
        return Commands.line(new String[0], new ScriptedConsole().console(), Interruption.none());
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(each -> each.toString().endsWith(".md"))
                    .filter(each ->
                            !ROOT.relativize(each).toString().matches("(?:.*/)?(?:target|node_modules|\\..+)/.*"))
                    .sorted()
                    .toList();
        }
    }

    /// Arguments of each call of `barnabas` in the text's code.
    private static List<String> calls(String text) {
        var calls = new ArrayList<String>();
        for (Matcher code = CODE.matcher(text); code.find(); ) {
            String inside = code.group(1) != null ? code.group(1) : code.group(2);
            for (Matcher call = CALL.matcher(inside); call.find(); ) calls.add(call.group(1));
        }
        return calls;
    }

    /// Commands and options of the arguments that do not exist.
    private static List<String> faults(CommandLine root, String arguments) {
        var faults = new ArrayList<String>();
        var at = List.of(root);
        boolean inOptions = false;
        for (String word : QUOTED.matcher(arguments)
                .replaceAll("X")
                .replace("[", "")
                .replace("]", "")
                .split(" ")) {
            String name = word.contains("=") ? word.substring(0, word.indexOf('=')) : word;
            if (OPTION.matcher(name).matches()) {
                inOptions = true;
                if (at.stream().noneMatch(each -> each.getCommandSpec().findOption(name) != null)) faults.add(name);
            } else if (!inOptions && WORD.matcher(word).matches() && takesCommand(at.getFirst())) {
                var next = new ArrayList<CommandLine>();
                for (String each : word.split("\\|")) {
                    CommandLine command = at.getFirst().getSubcommands().get(each);
                    if (command == null) faults.add(each);
                    else next.add(command);
                }
                if (next.isEmpty()) return faults;
                at = List.copyOf(next);
            }
        }
        return faults;
    }

    /// False where a word is an argument of the command itself, or may be one (`sql test FILE`).
    private static boolean takesCommand(CommandLine line) {
        return !line.getSubcommands().isEmpty()
                && line.getCommandSpec().positionalParameters().isEmpty();
    }

    @Test
    void commandsAndOptionsOfDocumentsExist() throws IOException {
        CommandLine root = root();
        var wrong = new ArrayList<String>();
        int seen = 0;
        for (Path document : documents()) {
            for (String call : calls(Files.readString(document))) {
                seen++;
                List<String> faults = faults(root, call.strip());
                if (!faults.isEmpty())
                    wrong.add(ROOT.relativize(document) + ": barnabas " + call + " has no " + faults);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(seen).isGreaterThan(COMMANDS_MIN);
    }

    @Test
    void bodiesThatCurlSendsAreJson() throws IOException {
        var wrong = new ArrayList<String>();
        int seen = 0;
        for (Path document : documents()) {
            for (Matcher body = BODY.matcher(Files.readString(document)); body.find(); ) {
                seen++;
                String fault = faultOf(body.group(1).replace("'\\''", "'"));
                if (!fault.isEmpty()) wrong.add(ROOT.relativize(document) + ": " + body.group() + ": " + fault);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(seen).isGreaterThan(5);
        assertThat(faultOf("{\"ksql\": \"SELECT 1\n FROM x;\"}")).contains("CTRL-CHAR");
    }

    private static String faultOf(String json) throws IOException {
        try {
            new ObjectMapper().readTree(json);
            return "";
        } catch (JsonProcessingException e) {
            return e.getOriginalMessage();
        }
    }

    @Test
    void wrongCommandsAndOptionsAreSeen() {
        CommandLine root = root();
        assertThat(calls(
                        "`barnabas topic mend x` and\n```\n$ echo a | bin/barnabas produce orders --colour red\n```\n"))
                .containsExactly("topic mend x", "produce orders --colour red");
        assertThat(faults(root, "topic mend x")).containsExactly("mend");
        assertThat(faults(root, "produce orders --colour red")).containsExactly("--colour");
        assertThat(faults(root, "mirror pause|mend west")).containsExactly("mend");
        assertThat(faults(root, "connect add x --set 'a=${b} --c'")).isEmpty();
    }
}
