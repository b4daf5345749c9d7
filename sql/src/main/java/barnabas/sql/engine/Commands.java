package barnabas.sql.engine;

import barnabas.sql.statements.PersistentQuery;
import barnabas.sql.syntax.Names;
import barnabas.sql.syntax.Statement;
import java.util.Locale;

/// Names and messages of changes.
final class Commands {
    private Commands() {}

    static String unchanged(Statement statement) {
        return switch (statement) {
            case Statement.CreateSource create -> there(create.creation().kind(), create.name());
            case Statement.CreateAs create -> there(create.creation().kind(), create.name());
            case Statement.CreateType create -> create.name() + " is already registered";
            case Statement.DropSource drop -> "Source " + Names.text(drop.name()) + " does not exist.";
            case Statement.DropType drop -> "Type '" + drop.name() + "' does not exist";
            default -> "Nothing to change.";
        };
    }

    private static String there(Statement.Kind kind, String name) {
        String word = kind.name().toLowerCase(Locale.ROOT);
        return "Cannot add " + word + " " + Names.text(name) + ": A " + word + " with the same name already exists.";
    }

    static Outcome done(Statement statement, Changes made, long sequence) {
        PersistentQuery query = made.made();
        String id = query == null ? null : query.id();
        return switch (statement) {
            case Statement.CreateSource create ->
                new Outcome.Done(
                        command(create.creation().kind(), create.name(), "create"),
                        capital(create.creation().kind()) + " created",
                        null,
                        sequence);
            case Statement.CreateAs create ->
                new Outcome.Done(
                        command(create.creation().kind(), create.name(), "create"),
                        "Created query with ID " + id,
                        id,
                        sequence);
            case Statement.InsertSelect insert ->
                new Outcome.Done(
                        command(Statement.Kind.STREAM, insert.target(), "create"),
                        "Created query with ID " + id,
                        id,
                        sequence);
            case Statement.DropSource drop ->
                new Outcome.Done(
                        command(drop.kind(), drop.name(), "drop"),
                        "Source " + Names.text(drop.name()) + " (topic: " + drop.name() + ") was dropped.",
                        null,
                        sequence);
            case Statement.AlterSource alter ->
                new Outcome.Done(command(alter.kind(), alter.name(), "alter"), "Alter applied", null, sequence);
            case Statement.CreateType create ->
                new Outcome.Done(
                        "type/" + create.name() + "/create",
                        "Registered custom type with name '" + create.name() + "' and SQL type " + create.type(),
                        null,
                        sequence);
            case Statement.DropType drop ->
                new Outcome.Done("type/" + drop.name() + "/drop", "Dropped type '" + drop.name() + "'", null, sequence);
            case Statement.Terminate terminate ->
                new Outcome.Done(
                        "terminate/" + terminate.query() + "/execute",
                        "Query terminated.",
                        terminate.query(),
                        sequence);
            default -> throw new IllegalArgumentException(statement.toString());
        };
    }

    private static String command(Statement.Kind kind, String name, String verb) {
        return kind.name().toLowerCase(Locale.ROOT) + "/" + Names.text(name) + "/" + verb;
    }

    private static String capital(Statement.Kind kind) {
        return kind == Statement.Kind.STREAM ? "Stream" : "Table";
    }
}
