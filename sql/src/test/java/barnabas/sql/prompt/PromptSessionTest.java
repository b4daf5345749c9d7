package barnabas.sql.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests of a session to the service, and the texts that it shows.
class PromptSessionTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path directory;

    /// Remembers what it is asked and has one answer for all statements.
    private static final class FakeService implements AskedService {
        final List<String> asked = new ArrayList<>();
        String answer = "[]";
        List<String> rows = List.of();

        @Override
        public JsonNode execute(String statement, Settings settings) throws IOException {
            asked.add(statement + " " + settings.properties());
            return MAPPER.readTree(answer);
        }

        @Override
        public void query(String statement, Settings settings, Rows sink) throws IOException {
            asked.add("query " + statement + " " + settings.properties());
            sink.header(MAPPER.readTree("{\"columnNames\": [\"ID\", \"NAME\"]}"));
            for (String each : rows) if (!sink.row(MAPPER.readTree(each))) return;
        }

        @Override
        public void print(String statement, Settings settings, Lines lines) {
            asked.add("print " + statement);
            for (String each : rows) if (!lines.line(each)) return;
        }

        @Override
        public boolean answers() {
            return true;
        }

        @Override
        public void cancel() {
            asked.add("cancel");
        }
    }

    private final FakeService service = new FakeService();
    private final StringWriter shown = new StringWriter();
    private final PromptSession session = new PromptSession(service, new PrintWriter(shown), 80, false);

    @Test
    void settingsGoWithTheStatementsBehindThem() throws Exception {
        session.run("SET 'auto.offset.reset' = 'earliest'; DEFINE name = 'S'; DROP STREAM ${name};"
                + " UNSET 'auto.offset.reset'; SHOW VARIABLES; SELECT * FROM S;");
        assertThat(service.asked)
                .containsExactly("DROP STREAM S; {auto.offset.reset=earliest}", "query SELECT * FROM S; {}");
        assertThat(shown.toString()).contains("name          | S", "Set auto.offset.reset to earliest", "0 rows");
    }

    @Test
    void listsAreTablesAndStatusIsItsMessage() throws Exception {
        service.answer = """
                [{"@type": "streams", "statementText": "SHOW STREAMS;", "streams": [
                   {"name": "A", "topic": "a", "valueFormat": "JSON"}, {"name": "LONGER", "topic": "b", "valueFormat": "AVRO"}]},
                 {"@type": "currentStatus", "commandStatus": {"status": "SUCCESS", "message": "Stream created"}},
                 {"@type": "properties", "properties": {"ksql.service.id": "x"}},
                 {"@type": "sourceDescription", "sourceDescription": {"name": "A", "topic": "a", "windowType": null, "fields": [
                   {"name": "ID", "type": "KEY", "schema": {"type": "BIGINT"}},
                   {"name": "L", "schema": {"type": "ARRAY", "memberSchema": {"type": "STRING"}}}]}}]
                """;
        session.run("SHOW STREAMS;");
        assertThat(shown.toString()).isEqualTo("""
                name   | topic | valueFormat
                -------+-------+------------
                A      | a     | JSON
                LONGER | b     | AVRO
                Stream created
                properties      | value
                ----------------+------
                ksql.service.id | x
                Name : A
                Field | Type
                ------+--------------
                ID    | BIGINT (KEY)
                L     | ARRAY<STRING>
                topic : a
                """);
    }

    @Test
    void rowsOfAQueryHaveOneLineEach() throws Exception {
        service.rows = List.of("[1, \"a\\nb\"]", "[2, null]");
        session.run("SELECT * FROM S EMIT CHANGES;");
        assertThat(shown.toString()
                        .lines()
                        .map(line -> line.replaceAll(" +", " "))
                        .toList())
                .contains("ID | NAME", "1 | a\\nb", "2 | null", "2 rows");
    }

    @Test
    void problemEndsTheScriptWithItsMessage() {
        service.answer = "{\"@type\": \"statement_error\", \"error_code\": 40001, \"message\": \"S does not exist\"}";
        assertThatThrownBy(() -> session.run("DROP STREAM S; DROP STREAM T;"))
                .isInstanceOf(ServiceProblem.class)
                .hasMessage("S does not exist");
        assertThat(service.asked).hasSize(1);
        assertThatThrownBy(() -> session.run("DROP STREAM ${nothing};"))
                .hasMessageContaining("Undefined variable: nothing");
        assertThatThrownBy(() -> session.run("SET x = y;")).hasMessageContaining("the name of a property in quotes");
        assertThatThrownBy(() -> session.run("SELECT 'a;")).hasMessageContaining("a closing ' is missing");
    }

    @Test
    void scriptsRunInsideOfScriptsButNotWithoutEnd() throws Exception {
        Path inner = directory.resolve("inner.sql");
        Path loop = directory.resolve("loop.sql");
        Files.writeString(inner, "PRINT t;\n");
        Files.writeString(loop, "RUN SCRIPT '" + loop + "';");
        session.run("RUN SCRIPT '" + inner + "';");
        assertThat(service.asked).containsExactly("print PRINT t;");
        assertThatThrownBy(() -> session.run("RUN SCRIPT '" + loop + "';")).hasMessageContaining("nested more than 16");
        assertThatThrownBy(() -> session.run("RUN SCRIPT '" + directory.resolve("none") + "';"))
                .hasMessageContaining("cannot be read");
    }

    @Test
    void cancelLeavesTheRestOfTheScript() throws Exception {
        service.rows = List.of("1", "2");
        var itself = new PromptSession[1];
        var out = new PrintWriter(shown) {
            @Override
            public void write(char[] text, int from, int length) {
                super.write(text, from, length);
                if (new String(text, from, length).equals("1")) itself[0].cancel();
            }
        };
        itself[0] = new PromptSession(service, out, 80, false);
        itself[0].run("PRINT t; PRINT u;");
        assertThat(shown.toString()).isEqualTo("1\n");
        assertThat(service.asked).containsExactly("print PRINT t;", "cancel");
    }

    @Test
    void aSpoolHasStatementsAnswersAndProblems() throws Exception {
        var service = new FakeService();
        service.rows = List.of("[1, \"ada\"]");
        var out = new StringWriter();
        var session = new PromptSession(service, new PrintWriter(out), 80, true);
        Path file = directory.resolve("spool.txt");
        session.run("SELECT 0;SPOOL '" + file + "'; SELECT * FROM a;");
        assertThatThrownBy(() -> session.run("SPOOL other.txt;")).hasMessageContaining("SPOOL OFF");
        session.run("SPOOL OFF; SELECT 2;");
        assertThat(Files.readString(file).lines())
                .containsExactly(
                        "sql> SELECT * FROM a;",
                        "{\"columnNames\":[\"ID\",\"NAME\"]}",
                        "[1,\"ada\"]",
                        "sql> SPOOL other.txt;",
                        "Error: A session is being spooled: end it with SPOOL OFF",
                        "sql> SPOOL OFF;");
        assertThat(out.toString()).contains("[1,\"ada\"]").doesNotContain("sql>");
        assertThatThrownBy(() -> session.run("SPOOL OFF;")).hasMessageContaining("No session is being spooled");
    }

    @Test
    void wideTablesAreShownByValue() {
        String text = TextTable.text(List.of("A", "LONG"), List.of(List.of("x".repeat(50), "y".repeat(50))), 80);
        assertThat(text).isEqualTo("-[ row 1 ]-\nA    : " + "x".repeat(50) + "\nLONG : " + "y".repeat(50) + "\n");
    }
}
