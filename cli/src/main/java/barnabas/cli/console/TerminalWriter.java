package barnabas.cli.console;

import barnabas.base.PrintableText;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.Writer;

/// Text output in which names that others chose (topics, groups, clients) cannot steer the terminal: control characters
/// other than line feed and tab are written as escapes. Line breaks inside of names are the matter of [Table] and
/// [Console#problem], which know where a name ends.
final class TerminalWriter extends FilterWriter {
    TerminalWriter(Writer out) {
        super(out);
    }

    @Override
    public void write(int each) throws IOException {
        write(String.valueOf((char) each));
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
        write(new String(text, offset, length));
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
        write(text.substring(offset, offset + length));
    }

    @Override
    public void write(String text) throws IOException {
        out.write(PrintableText.lines(text));
    }
}
