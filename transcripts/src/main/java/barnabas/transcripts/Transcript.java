package barnabas.transcripts;

import java.util.ArrayList;
import java.util.List;

/// A test as text: commands, and the answers that each of them gets.
///
/// ```
/// # comments and blank lines stay as they are
/// append 10               => hw 10               one answer, on the line of its command
/// join a                                         any number of answers, below their command
/// | a: join MEMBER_ID_REQUIRED member=a#1
/// | log: group g v3 generation=0
/// after 900                                      no answer
/// ```
///
/// [#replay] runs the commands and prints the same text with the answers that they really get, so that a test compares
/// two texts. A command keeps its line up to `=>`, so that a script may align its answers.
public final class Transcript {
    private static final String ARROW = "=>";
    private static final String BELOW = "| ";

    private Transcript() {}

    /// Subject of a test, driven by commands.
    @FunctionalInterface
    public interface Player {
        /// @return the answers to one command, in order, each of one line
        List<String> answersTo(Command command);
    }

    /// The script with the answers of the player in place of its own.
    ///
    /// @throws IllegalArgumentException for an answer before the first command, or an answer of several lines
    public static String replay(String script, Player player) {
        var printed = new StringBuilder();
        boolean begun = false;
        for (String line : script.lines().toList()) {
            if (isAnswer(line)) {
                if (!begun) throw new IllegalArgumentException("an answer before the first command: " + line);
            } else if (line.isBlank() || line.startsWith("#")) {
                printed.append(line).append('\n');
            } else {
                begun = true;
                play(line, player, printed);
            }
        }
        return printed.toString();
    }

    private static boolean isAnswer(String line) {
        return line.startsWith("|");
    }

    private static void play(String line, Player player, StringBuilder printed) {
        int arrow = line.indexOf(ARROW);
        String command = arrow < 0 ? line : line.substring(0, arrow);
        var answers = new ArrayList<>(player.answersTo(Command.of(command.strip())));
        answers.replaceAll(Transcript::ofOneLine);
        if (arrow >= 0 && answers.size() == 1) {
            printed.append(command)
                    .append(ARROW)
                    .append(' ')
                    .append(answers.getFirst())
                    .append('\n');
            return;
        }
        printed.append(command.stripTrailing()).append('\n');
        for (String answer : answers) printed.append(BELOW).append(answer).append('\n');
    }

    /// Text blocks of Java have no blanks at the ends of their lines.
    private static String ofOneLine(String answer) {
        if (answer.contains("\n")) throw new IllegalArgumentException("an answer of several lines: " + answer);
        return answer.stripTrailing();
    }
}
