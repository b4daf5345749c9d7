package barnabas.sql.cases;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.engine.PropertyNames;
import barnabas.sql.formats.Format;
import barnabas.sql.statements.Statements;
import barnabas.sql.statements.Surroundings;
import barnabas.sql.syntax.SqlProblem;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Scripts beside a case file, and the topics and schemas of a case: those that it declares, and those of its
/// statements.
final class CaseSurroundings implements Surroundings {
    private final SqlCase sqlCase;
    private final Statements statements;
    private final Path folder;

    private record Schema(String subject, @Nullable Integer id) {}

    CaseSurroundings(SqlCase sqlCase, Statements statements, Path folder) {
        this.sqlCase = sqlCase;
        this.statements = statements;
        this.folder = folder;
    }

    @Override
    public String script(String path) {
        Path file = folder.resolve(path);
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new SqlProblem("Failed to read file: " + file + " (" + e + ")", e);
        }
    }

    /// Properties of ksqlDB's own that do nothing here are taken: a case may have been written for it.
    @Override
    public void checkProperty(String name, String value) {
        boolean known = PropertyNames.known(name);
        if (!known && !name.startsWith("ksql."))
            throw new SqlProblem("Not a property of ksql, streams, consumers or producers: '" + name + "'"
                    + PropertyNames.hint(name));
        if (!known) return;
        PropertyNames.problem(name, value).ifPresent(problem -> {
            throw new SqlProblem(problem);
        });
    }

    @Override
    public boolean hasTopic(String topic) {
        for (JsonNode each : sqlCase.topics()) if (each.path("name").asText().equals(topic)) return true;
        for (CaseRecord each : sqlCase.inputs()) if (each.topic().equals(topic)) return true;
        for (DataSource each : statements.catalog().sources()) if (each.topic().equals(topic)) return true;
        return false;
    }

    @Override
    public boolean hasSchema(@Nullable String subject, @Nullable Integer id) {
        return schemas().stream()
                .anyMatch(each ->
                        (subject == null || subject.equals(each.subject())) && (id == null || id.equals(each.id())));
    }

    private List<Schema> schemas() {
        var schemas = new ArrayList<Schema>();
        for (JsonNode each : sqlCase.topics()) {
            String topic = each.path("name").asText();
            for (boolean key : new boolean[] {true, false}) {
                if (SqlCase.schema(each, key).isMissingNode()) continue;
                JsonNode id = each.path(key ? "keySchemaId" : "valueSchemaId");
                schemas.add(new Schema(subject(topic, key), id.isInt() ? (Integer) id.intValue() : null));
            }
        }
        for (DataSource each : statements.catalog().sources()) {
            if (each.readOnly()) continue;
            DataSource.Encoding encoding = each.encoding();
            if (encoding.keyFormat().usesRegistry() && !each.schema().keys().isEmpty())
                schemas.add(new Schema(
                        subject(each.topic(), true), id(encoding.options().keySchema())));
            if (encoding.valueFormat().usesRegistry() && !each.schema().values().isEmpty())
                schemas.add(new Schema(
                        subject(each.topic(), false), id(encoding.options().valueSchema())));
        }
        return schemas;
    }

    private static @Nullable Integer id(Format.@Nullable SchemaName name) {
        return name == null ? null : name.id();
    }

    private static String subject(String topic, boolean key) {
        return topic + (key ? "-key" : "-value");
    }
}
