package barnabas.registry.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.registry.kinds.ParsedSchema.MismatchException;
import barnabas.registry.kinds.SchemaKind.Used;
import barnabas.registry.model.RegistryProblem;
import barnabas.registry.model.SchemaText;
import barnabas.registry.model.SchemaType;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/// Small schemas, and data, that stand for very much: each is refused or takes a bounded amount of memory and time.
class SchemaBombsTest {
    private static final long BYTES_MAX = 400L << 20;
    private static final long CPU_NANOS_MAX = TimeUnit.SECONDS.toNanos(20);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /// Everything that the registry does with a schema, and the console with its data.
    private static String use(SchemaType type, List<Used> used, String text, String later, ByteBuffer data)
            throws RegistryProblem {
        try {
            ParsedSchema parsed = SchemaKind.of(type).parse(text, used);
            ParsedSchema other = SchemaKind.of(type).parse(later, used);
            int size = parsed.canonical().length() + parsed.normalized().length();
            List<String> obstacles = other.obstacles(parsed);
            int longest = obstacles.stream().mapToInt(String::length).sum();
            assertThat(longest).isLessThan(1 << 20);
            var _ = parsed.recordNames();
            var _ = parsed.check().map(check -> check.fits(data, data.position(), data.limit()));
            String shown = parsed.json(data);
            return "taken: " + size + " characters, " + obstacles.size() + " obstacles of " + longest + ", data of "
                    + shown.length();
        } catch (RegistryProblem e) {
            assertThat(e.code()).isEqualTo(42201);
            assertThat(e.getMessage()).hasSizeLessThan(10_000);
            return "refused: " + e.getMessage();
        } catch (MismatchException e) {
            return "taken, but not the data: " + e.getMessage();
        }
    }

    private static String bounded(SchemaType type, String text, String later, byte... data) {
        return bounded(type, List.of(), text, later, data);
    }

    private static String bounded(SchemaType type, List<Used> used, String text, String later, byte... data) {
        assertThat(text.length()).isLessThan(512 << 10);
        var result = new AtomicReference<Object>();
        Thread thread = Thread.ofPlatform().daemon().start(() -> {
            try {
                result.set(use(type, used, text, later, ByteBuffer.wrap(data)));
            } catch (Throwable e) {
                result.set(e);
            }
        });
        long cpu = 0;
        long bytes = 0;
        while (thread.isAlive()) {
            cpu = Math.max(cpu, THREADS.getThreadCpuTime(thread.threadId()));
            bytes = Math.max(bytes, THREADS.getThreadAllocatedBytes(thread.threadId()));
            assertThat(bytes).as("allocated bytes").isLessThan(BYTES_MAX);
            assertThat(cpu).as("processor time").isLessThan(CPU_NANOS_MAX);
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(result.get()).isInstanceOf(String.class);
        return (String) result.get();
    }

    private static String many(int count, IntFunction<String> each) {
        var text = new StringBuilder();
        for (int i = 0; i < count; i++) text.append(i == 0 ? "" : ",").append(each.apply(i));
        return text.toString();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// A type that holds the one before twice.
    private static String doubled(int levels, String leaf, String value) {
        return "["
                + many(
                        levels,
                        level -> level == 0
                                ? "{\"type\":\"record\",\"name\":\"A0\",\"fields\":[{\"name\":\"x\",\"type\":\"" + leaf
                                        + "\"" + (value.isEmpty() ? "" : ",\"default\":1") + "}]}"
                                : "{\"type\":\"record\",\"name\":\"A" + level
                                        + "\",\"fields\":[{\"name\":\"a\",\"type\":\"A"
                                        + (level - 1) + "\"" + value + "},{\"name\":\"b\",\"type\":\"A" + (level - 1)
                                        + "\""
                                        + value + "}]}")
                + "]";
    }

    @Test
    void avroDefaultsOfTypesThatDouble() {
        String text = doubled(60, "int", ",\"default\":{}");
        assertThat(bounded(SchemaType.AVRO, text, text)).contains("refused");
    }

    @Test
    void avroObstaclesOfTypesThatDouble() {
        bounded(SchemaType.AVRO, doubled(60, "int", ""), doubled(60, "string", ""));
    }

    @Test
    void avroUnionsOfVeryManyTypes() {
        IntFunction<String> one = i -> "{\"type\":\"record\",\"name\":\"A" + i + "\",\"fields\":[]}";
        bounded(SchemaType.AVRO, "[" + many(9_000, one) + "]", "[" + many(9_001, one) + "]");
    }

    @Test
    void avroEnumsOfVeryManySymbols() {
        IntFunction<String> one = i -> "\"S" + i + "\"";
        IntFunction<String> other = i -> "\"T" + i + "\"";
        String result = bounded(
                SchemaType.AVRO,
                "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[" + many(40_000, one) + "]}",
                "{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[" + many(40_000, other) + "]}");
        assertThat(result).startsWith("taken");
    }

    @Test
    void avroDataThatClaimsToBeLarge() {
        String fixed = "{\"type\":\"fixed\",\"name\":\"F\",\"size\":2147483600}";
        assertThat(bounded(SchemaType.AVRO, fixed, fixed, (byte) 1)).contains("not the data");
        byte[] large = {(byte) 0xfe, (byte) 0xff, (byte) 0xff, (byte) 0xff, 0x0e};
        assertThat(bounded(SchemaType.AVRO, "\"bytes\"", "\"bytes\"", large)).contains("not the data");
        assertThat(bounded(SchemaType.AVRO, "\"string\"", "\"string\"", large)).contains("not the data");
        for (String item : List.of("\"null\"", "\"int\"", "{\"type\":\"record\",\"name\":\"N\",\"fields\":[]}")) {
            String array = "{\"type\":\"array\",\"items\":" + item + "}";
            assertThat(bounded(SchemaType.AVRO, array, array, large)).contains("not the data");
        }
    }

    @Test
    void jsonReferencesThatDouble() {
        String text = "{\"$ref\":\"#/definitions/a39\",\"definitions\":{\"a0\":{\"type\":\"integer\"},"
                + many(
                        39,
                        i -> "\"a" + (i + 1) + "\":{\"allOf\":[{\"$ref\":\"#/definitions/a" + i
                                + "\"},{\"$ref\":\"#/definitions/a" + i + "\"}]}")
                + "}}";
        String later = text.replace("\"integer\"", "\"string\"");
        bounded(SchemaType.JSON, text, later, bytes("1"));
        bounded(SchemaType.JSON, text.replace("allOf", "anyOf"), later.replace("allOf", "anyOf"), bytes("\"x\""));
        bounded(SchemaType.JSON, text.replace("allOf", "oneOf"), later.replace("allOf", "oneOf"), bytes("1"));
    }

    @Test
    void jsonReferencesInCircles() {
        for (String text : List.of(
                "{\"$ref\":\"#\"}",
                "{\"$ref\":\"#/definitions/a\",\"definitions\":{\"a\":{\"$ref\":\"#/definitions/b\"},"
                        + "\"b\":{\"$ref\":\"#/definitions/a\"}}}",
                "{\"allOf\":[{\"$ref\":\"#\"},{\"$ref\":\"#\"}]}",
                "{\"properties\":{\"a\":{\"$ref\":\"#\"}},\"additionalProperties\":{\"$ref\":\"#\"}}"))
            bounded(
                    SchemaType.JSON,
                    text,
                    text.replace("{\"$ref\":\"#\"}", "{\"$ref\":\"#\",\"title\":\"x\"}"),
                    bytes("{\"a\":{}}"));
    }

    @Test
    void jsonListsOfVeryManyValues() {
        String text = "{\"enum\":[" + many(50_000, i -> "" + i) + "]}";
        String later = "{\"enum\":[" + many(50_000, i -> "" + (i + 1)) + "]}";
        bounded(SchemaType.JSON, text, later, bytes("77"));
    }

    @Test
    void jsonChoicesOfVeryManyTypes() {
        for (String keyword : List.of("oneOf", "anyOf", "allOf")) {
            IntFunction<String> one = i -> "{\"required\":[\"m" + i + "\"]}";
            String text = "{\"" + keyword + "\":[" + many(8_000, one) + "]}";
            String later = "{\"" + keyword + "\":[" + many(8_001, one) + "]}";
            bounded(SchemaType.JSON, text, later, bytes("{}"));
        }
    }

    @Test
    void jsonDefinitionsThatAreLargeAndUsedOften() {
        String large = "\"enum\":[" + many(30_000, i -> "\"v" + i + "\"") + "]";
        String text = "{\"$ref\":\"#/definitions/a20\",\"definitions\":{\"a0\":{\"type\":\"integer\"},"
                + many(
                        20,
                        i -> "\"a" + (i + 1) + "\":{\"allOf\":[{\"$ref\":\"#/definitions/a" + i
                                + "\"},{\"$ref\":\"#/definitions/a" + i + "\"},{\"$ref\":\"#/definitions/x\"}]}")
                + ",\"x\":{" + large + ",\"items\":{\"$ref\":\"#/definitions/a0\"}}}}";
        bounded(SchemaType.JSON, text, text.replace("\"integer\"", "\"string\""), bytes("1"));
    }

    @Test
    void jsonNumbersOfVeryManyDigits() {
        for (String keyword : List.of("multipleOf", "minimum", "maxLength", "const", "default")) {
            String text = "{\"" + keyword + "\":1e-999999999}";
            bounded(SchemaType.JSON, text, text.replace("e-", "e"), bytes("3"));
            String other = "{\"type\":\"integer\",\"" + keyword + "\":3}";
            bounded(SchemaType.JSON, other, other.replace("3", "7"), bytes("1e999999999"));
        }
    }

    @Test
    void jsonPatternsThatTakeLong() {
        String text = "{\"type\":\"string\",\"pattern\":\"^((((a{1,99}){1,99}){1,99}){1,99}){1,99}$\"}";
        bounded(SchemaType.JSON, text, text.replace("99", "98"), bytes("\"" + "a".repeat(50_000) + "b\""));
        String deep = "{\"pattern\":\"" + "(".repeat(100_000) + "\"}";
        bounded(SchemaType.JSON, deep, deep, bytes("\"a\""));
    }

    @Test
    void protobufFilesThatImportEachOther() {
        var one = new Used(
                "a.proto",
                SchemaText.of(
                        SchemaType.PROTOBUF,
                        "syntax=\"proto3\"; import \"b.proto\"; message A { B b = 1; }",
                        List.of()));
        var two = new Used(
                "b.proto",
                SchemaText.of(
                        SchemaType.PROTOBUF,
                        "syntax=\"proto3\"; import \"a.proto\"; message B { A a = 1; }",
                        List.of()));
        String text = "syntax=\"proto3\"; import \"a.proto\"; message C { A a = 1; }";
        assertThat(bounded(SchemaType.PROTOBUF, List.of(one, two), text, text, (byte) 0))
                .contains("refused");
    }

    @Test
    void protobufOfVeryManyParts() {
        String fields = many(20_000, i -> "int32 f" + i + "=" + (i < 18_000 ? i + 1 : i + 2_001))
                .replace(",", ";");
        String text = "syntax=\"proto3\"; message M {" + fields + ";}";
        bounded(SchemaType.PROTOBUF, text, text.replace("int32", "string"), (byte) 0);
        String ranges = "syntax=\"proto3\"; message M { reserved "
                + many(20_000, i -> (2 * i + 1) + " to " + (2 * i + 1)) + ", 100000 to max; int32 a = 2; }";
        bounded(SchemaType.PROTOBUF, ranges, ranges, (byte) 0);
        String messages = "syntax=\"proto3\";"
                + many(9_000, i -> "message M" + i + "{M" + (i + 1) % 9_000 + " a=1;}")
                        .replace(",", "");
        bounded(SchemaType.PROTOBUF, messages, messages, (byte) 0);
        String options = "syntax=\"proto3\"; message M { int32 a = 1 [json_name=\"" + "x".repeat(100_000) + "\"]; }";
        bounded(SchemaType.PROTOBUF, options, options, (byte) 0);
    }
}
