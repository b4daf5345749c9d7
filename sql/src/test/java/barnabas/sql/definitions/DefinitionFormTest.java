package barnabas.sql.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.sql.catalog.DataSource;
import barnabas.sql.catalog.WindowInfo;
import barnabas.sql.formats.Format;
import barnabas.sql.rows.Column;
import barnabas.sql.rows.Schema;
import barnabas.sql.syntax.Query;
import barnabas.sql.syntax.Statement;
import barnabas.sql.types.SqlType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DefinitionFormTest {
    private static final SqlType NESTED =
            SqlType.parse("ARRAY<MAP<STRING, STRUCT<`a b` DECIMAL(10, 2), C TIMESTAMP>>>");

    private static DataSource source(String name, Format.Options options, WindowInfo window) {
        var schema = new Schema(List.of(
                Column.key("ID", SqlType.BIGINT),
                Column.value("lower `quoted`", NESTED),
                new Column("H", SqlType.BYTES, Column.Role.HEADER, "trace")));
        var encoding = new DataSource.Encoding(
                Format.KAFKA,
                Format.DELIMITED,
                options,
                new DataSource.TimestampColumn("ID", window == null ? "yyyy" : null),
                window);
        return new DataSource(Statement.Kind.TABLE, name, schema, "a-topic", encoding, true);
    }

    private static void survives(Definition definition) {
        byte[] key = DefinitionForm.key(definition).getBytes(StandardCharsets.UTF_8);
        assertThat(DefinitionForm.definition(DefinitionForm.key(key), DefinitionForm.bytes(definition)))
                .isEqualTo(definition);
    }

    @Test
    void definitionsComeBackAsTheyWere() {
        DataSource plain = source(
                "S/ODD",
                new Format.Options(
                        null,
                        '\t',
                        ';',
                        Format.Nulls.OPTIONAL,
                        Format.Nulls.WRAPPER,
                        new Format.SchemaName(3, null),
                        null),
                null);
        DataSource session = source(
                "W",
                new Format.Options(
                        false,
                        ',',
                        ',',
                        Format.Nulls.NONE,
                        Format.Nulls.OPTIONAL,
                        null,
                        new Format.SchemaName(4, "my.Row")),
                new WindowInfo(Query.WindowKind.SESSION, null));
        DataSource hopping = source(
                "T",
                new Format.Options(true, ',', ',', Format.Nulls.NONE, Format.Nulls.NONE, null, null),
                new WindowInfo(Query.WindowKind.HOPPING, 5_000L));
        survives(new Definition.Source(plain, 1, 7, "CREATE TABLE ...", null));
        survives(new Definition.Source(session, 3, 8, "CREATE TABLE ...", "CTAS_W_8"));
        survives(new Definition.Query(
                "CTAS_T_9",
                2,
                10,
                "CREATE TABLE t AS SELECT 'ä'",
                Map.of("auto.offset.reset", "earliest"),
                Map.of("NESTED", NESTED),
                List.of(plain, session),
                hopping,
                true,
                true));
        survives(new Definition.Type("NESTED", 1, 3, NESTED));
        survives(new Definition.Sequence(1L << 40));
    }

    @Test
    void otherRecordsAreRefused() {
        assertThatThrownBy(() -> DefinitionForm.key("nothing".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
        var key = new DefinitionForm.Key(DefinitionForm.Kind.SOURCE, "S");
        for (String each : List.of("", "[]", "{}", "{\"statement\":\"x\",\"source\":{}}"))
            assertThatThrownBy(() -> DefinitionForm.definition(key, each.getBytes(StandardCharsets.UTF_8)))
                    .isInstanceOf(IllegalArgumentException.class);
    }
}
