package barnabas.sql.cases;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.sql.SqlTool;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.functions.catalog.StandardFunctions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// All case files of the resources, and the command that runs them.
class CasesTest {
    private static final Path FOLDER = Path.of("src/test/resources/barnabas/sql/cases");

    @TempDir
    Path directory;

    private static FunctionRegistry functions() {
        return StandardFunctions.registry(() -> 0, new Random(1), StandardFunctions.Limits.DEFAULT);
    }

    @Test
    void casesOfTheResourcesPass() throws IOException {
        var text = new StringWriter();
        var files = new CaseFiles(functions(), new PrintWriter(text));
        List<Path> all = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(FOLDER, "*.json")) {
            found.forEach(all::add);
        }
        for (Path each : all) files.run(each);
        assertThat(text.toString()
                        .lines()
                        .filter(line -> !line.startsWith("ok "))
                        .toList())
                .as("differences")
                .isEmpty();
        assertThat(files.passed()).isGreaterThan(3_300);
    }

    private int run(String content, StringWriter out) throws IOException {
        Path file = directory.resolve("cases.json");
        Files.writeString(file, content);
        var writer = new PrintWriter(out, true);
        return new SqlTool().run(writer, writer, "test", file.toString());
    }

    private static final String STREAM =
            "CREATE STREAM S (ID BIGINT KEY, A INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');"
                    + " CREATE STREAM O AS SELECT ID, A + 1 AS B FROM S;";

    private static String oneCase(String outputs) {
        return """
                [{"name": "one", "statements": ["%s"],
                  "inputs": [{"topic": "s", "key": 1, "value": {"A": 1}, "timestamp": 7}],
                  "outputs": [%s]}]
                """.formatted(STREAM, outputs);
    }

    @Test
    void everyPartOfARecordIsCompared() throws IOException {
        var out = new StringWriter();
        assertThat(run(oneCase("{\"topic\": \"O\", \"key\": 1, \"value\": {\"B\": 2}, \"timestamp\": 7}"), out))
                .isZero();
        for (String wrong : List.of(
                "{\"topic\": \"O\", \"key\": 2, \"value\": {\"B\": 2}}",
                "{\"topic\": \"O\", \"key\": 1, \"value\": {\"B\": 3}}",
                "{\"topic\": \"O\", \"key\": 1, \"value\": {\"B\": 2, \"C\": 1}}",
                "{\"topic\": \"O\", \"key\": 1, \"value\": {}}",
                "{\"topic\": \"O\", \"key\": 1, \"value\": null}",
                "{\"topic\": \"O\", \"key\": 1, \"value\": {\"B\": 2}, \"timestamp\": 8}",
                "{\"topic\": \"O\", \"key\": 1, \"value\": {\"B\": 2}, \"window\": {\"start\": 0, \"end\": 1}}",
                "{\"topic\": \"O\", \"key\": 1, \"value\": {\"B\": 2}, \"headers\": [{\"KEY\": \"a\"}]}",
                "")) {
            assertThat(run(oneCase(wrong), out)).as(wrong).isEqualTo(1);
        }
        assertThat(out.toString()).contains("ok    one").contains("FAIL  one").contains("0 passed, 1 failed");
    }

    @Test
    void expectedFailuresMustCome() throws IOException {
        var out = new StringWriter();
        String broken = """
                {"tests": [{"name": "a", "statements": ["%s"], "expectedException": {"message": "%s"}}]}
                """;
        assertThat(run(broken.formatted("SELECT A FROM NOTHING;", "NOTHING does not exist"), out))
                .isZero();
        assertThat(run(broken.formatted("SELECT A FROM NOTHING;", "another message"), out))
                .isEqualTo(1);
        assertThat(run(broken.formatted(STREAM, "anything"), out)).isEqualTo(1);
    }

    @Test
    void rowsOfSelectsAreCompared() throws IOException {
        var out = new StringWriter();
        String rows = """
                [{"name": "rows", "statements": ["%s CREATE TABLE T AS SELECT B, COUNT(*) AS C FROM O GROUP BY B;",
                    "SELECT ID, B FROM O EMIT CHANGES;", "SELECT * FROM T;"],
                  "inputs": [{"topic": "s", "key": 1, "value": {"A": 1}}, {"topic": "s", "key": 2, "value": {"A": 2}}],
                  "rows": %s}]
                """;
        for (String right : List.of(
                "[[[1, 2], [2, 3]], [[2, 1], [3, 1]]]",
                "[[{\"ID\": 1, \"B\": 2}, [2, 3]], [[3, 1], [2, 1]]]",
                "[[{\"header\": {}}, {\"row\": {\"columns\": [1, 2]}}, [2, 3]], [[2, 1], [3, 1]]]"))
            assertThat(run(rows.formatted(STREAM, right), out)).as(right).isZero();
        for (String wrong : List.of(
                "[[[2, 3], [1, 2]], [[2, 1], [3, 1]]]",
                "[[[1, 2]], [[2, 1], [3, 1]]]",
                "[[[1, 2], [2, 3]], [[2, 1], [3, 2]]]",
                "[[[1, 2], {\"ID\": 2, \"B\": 3, \"X\": 1}], [[2, 1], [3, 1]]]",
                "[[[1, 2], [2, 3, 4]], [[2, 1], [3, 1]]]",
                "[[[1, 2], [2, 3]]]"))
            assertThat(run(rows.formatted(STREAM, wrong), out)).as(wrong).isEqualTo(1);
        assertThat(out.toString()).contains("SELECT 1: other rows", "actual:   [[1, 2], [2, 3]]");
    }

    private static String record(String type) {
        return "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"A\", \"type\": [\"null\", \"int\"]},"
                + " {\"name\": \"B\", \"type\": [\"null\", \"" + type + "\"]}]}";
    }

    @Test
    void scriptsAreReadBesideTheFile() throws IOException {
        var out = new StringWriter();
        Files.writeString(directory.resolve("outer.sql"), "DEFINE n = '2';\nRUN SCRIPT 'inner.sql';");
        Files.writeString(
                directory.resolve("inner.sql"),
                "CREATE STREAM S (ID BIGINT KEY, A INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');"
                        + " CREATE STREAM O AS SELECT ID, A + ${n} AS B FROM S;");
        String oneCase = """
                {"name": "a", "statements": ["RUN SCRIPT '%s';"], "inputs": [{"topic": "s", "key": 1, "value": {"A": 1}}],
                 "outputs": [{"topic": "O", "key": 1, "value": {"B": 3}}]}
                """;
        assertThat(run(oneCase.formatted("outer.sql"), out)).as(out.toString()).isZero();
        assertThat(run(oneCase.formatted("none.sql"), out)).isEqualTo(1);
        assertThat(out.toString()).contains("Failed to read file").contains("none.sql");
        Files.writeString(directory.resolve("circle.sql"), "RUN SCRIPT 'circle.sql';");
        assertThat(run(oneCase.formatted("circle.sql"), out)).isEqualTo(1);
        assertThat(out.toString()).contains("nested");
    }

    @Test
    void classesOfFailuresSayWhereTheyComeFrom() throws IOException {
        var out = new StringWriter();
        String broken = """
                {"name": "a", "statements": ["SELECT A FROM NOTHING;"],
                 "expectedException": {"type": "%s", "message": "NOTHING does not exist"}}
                """;
        for (String right : List.of("io.confluent.ksql.util.KsqlException", "KsqlStatementException", "my.Own"))
            assertThat(run(broken.formatted(right), out)).as(right).isZero();
        assertThat(run(broken.formatted("org.apache.kafka.streams.errors.StreamsException"), out))
                .isEqualTo(1);
        assertThat(out.toString()).contains("failed as a statement").contains("expected: StreamsException");
    }

    @Test
    void postConditionsAreChecked() throws IOException {
        var out = new StringWriter();
        String post = """
                [{"name": "a", "statements": ["%s"], "inputs": [{"topic": "s", "key": 1, "value": {"A": 1}}], "post": %s}]
                """;
        String grouped = STREAM + " CREATE TABLE T AS SELECT A, COUNT(*) AS C FROM S GROUP BY A;"
                + " CREATE STREAM P WITH (PARTITIONS=3, VALUE_FORMAT='AVRO') AS SELECT ID, A, ID + 1 AS B FROM S;";
        for (String right : List.of(
                "{}",
                "{\"sources\": [{\"name\": \"O\", \"type\": \"stream\", \"schema\": \"`ID` BIGINT KEY, `B` INT\"}]}",
                "{\"topics\": [{\"name\": \"O\", \"valueFormat\": {\"format\": \"JSON\"}}]}",
                "{\"topics\": {\"blacklist\": \".*-nothing\"}}",
                "{\"topics\": [{\"name\": \"P\", \"partitions\": 3, \"valueSchema\": " + record("long") + "}]}",
                "{\"sources\": 7, \"topics\": \"all\", \"more\": {}}"))
            assertThat(run(post.formatted(grouped, right), out)).as(right).isZero();
        for (String wrong : List.of(
                "{\"sources\": [{\"name\": \"NONE\"}]}",
                "{\"sources\": [{\"name\": \"O\", \"type\": \"table\"}]}",
                "{\"sources\": [{\"name\": \"O\", \"schema\": \"ID BIGINT KEY, B BIGINT\"}]}",
                "{\"sources\": [{\"name\": \"O\", \"keyFormat\": {\"format\": \"JSON\"}}]}",
                "{\"sources\": [{\"name\": \"O\", \"keyFormat\": {\"windowType\": \"SESSION\"}}]}",
                "{\"sources\": [{\"name\": \"O\", \"valueFormat\": \"AVRO\"}]}",
                "{\"sources\": [{\"name\": \"O\", \"isSource\": true}]}",
                "{\"topics\": [{\"name\": \"O\", \"valueFormat\": {\"format\": \"AVRO\"}}]}",
                "{\"topics\": [{\"name\": \"P\", \"partitions\": 4}]}",
                "{\"topics\": [{\"name\": \"P\", \"valueSchema\": " + record("int") + "}]}",
                "{\"topics\": {\"blacklist\": \".*-repartition\"}}"))
            assertThat(run(post.formatted(grouped, wrong), out)).as(wrong).isEqualTo(1);
    }

    @Test
    void messagesAreComparedByTheirMatchers() throws IOException {
        var out = new StringWriter();
        String broken = """
                {"name": "a", "statements": ["SELECT A FROM NOTHING;"], "expectedException": {"message": %s}}
                """;
        for (String right : List.of(
                "\"nothing DOES not exist\"",
                "\"NOTHING does not exist.\"",
                "\"line 1:15: \"",
                "\"`NOTHING` does not\""))
            assertThat(run(broken.formatted(right), out)).as(right).isZero();
        for (String wrong : List.of(
                "{\"contains\": \"SOMETHING\"}",
                "{\"equals\": \"NOTHING does not\"}",
                "{\"startsWith\": \"does not\"}",
                "{\"endsWith\": \"does not\"}",
                "{\"matches\": \"^does\"}",
                "{\"matches\": \"(\"}",
                "[\"NOTHING\", \"SOMETHING\"]"))
            assertThat(run(broken.formatted(wrong), out)).as(wrong).isEqualTo(1);
    }

    @Test
    void casesThatAreNotEnabledAreSkipped() throws IOException {
        var out = new StringWriter();
        assertThat(run("[{\"name\": \"a\", \"enabled\": false, \"statements\": [\"NOTHING;\"]}]", out))
                .isZero();
        assertThat(out.toString()).contains("skip  a", "0 passed, 0 failed, 1 skipped");
    }

    @Test
    void caseThatCannotBeReadLeavesTheOthers() throws IOException {
        var out = new StringWriter();
        String good =
                oneCase("{\"topic\": \"O\", \"key\": 1, \"value\": {\"B\": 2}}").strip();
        String broken = """
                {"name": "no text", "statements": ["SELECT A FROM S;"],
                  "inputs": [{"topic": "s", "headers": [{"KEY": "a", "VALUE": "no base64!"}]}]}
                """;
        String content = "[" + broken + ", 7, {\"name\": \"empty\"}, " + good.substring(1);
        assertThat(run(content, out)).isEqualTo(1);
        assertThat(out.toString())
                .contains("FAIL  no text", "FAIL  empty", "no 'statements'", "ok    one", "1 passed, 3 failed");
    }

    @Test
    void filesThatAreNoJsonAreNamed() throws IOException {
        var out = new StringWriter();
        assertThat(run("nothing", out)).isEqualTo(2);
        assertThat(out.toString()).contains("cases.json cannot be read");
    }
}
