package barnabas.conformance.streams;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Processing of one line of an access log, common to both computations.
record LogLine(String id, String text) {
    static final String INPUT = "access-log";
    static final String COUNTS = "word-counts";
    static final String ANSWERED = "answered-requests";
    static final int PARTITIONS = 4;

    static List<LogLine> first(Path file, int count) throws IOException {
        List<String> texts = Files.readAllLines(file);
        var lines = new ArrayList<LogLine>(count);
        for (int i = 0; i < Math.min(count, texts.size()); i++) {
            lines.add(new LogLine("line-%05d".formatted(i), texts.get(i)));
        }
        return lines;
    }

    /// The words of the request: method, parts of the path, protocol.
    static List<String> words(String text) {
        var words = new ArrayList<String>();
        for (String word : request(text).toLowerCase(Locale.ROOT).split("[^a-z0-9]+")) {
            if (!word.isEmpty()) words.add(word);
        }
        return words;
    }

    static String request(String text) {
        int from = text.indexOf('"');
        int to = text.indexOf('"', from + 1);
        return from < 0 || to < 0 ? "" : text.substring(from + 1, to);
    }

    /// Status and size.
    static String answer(String text) {
        int from = text.indexOf('"', text.indexOf('"') + 1);
        int to = text.indexOf('"', from + 1);
        return from < 0 || to < 0 ? "" : text.substring(from + 1, to).trim();
    }

    static String joined(String request, String answer) {
        return request + " => " + answer;
    }
}
