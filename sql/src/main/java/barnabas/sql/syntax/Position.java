package barnabas.sql.syntax;

/// A place in the text of a script; lines and columns count from 1.
public record Position(int line, int column) {
    @Override
    public String toString() {
        return "line " + line + ":" + column;
    }
}
