package barnabas.sql.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.sql.functions.Argument;
import barnabas.sql.functions.FunctionProblem;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.functions.ScalarFunction;
import barnabas.sql.functions.SqlLambda;
import barnabas.sql.functions.TableFunction;
import barnabas.sql.functions.catalog.StandardFunctions;
import barnabas.sql.types.SqlType;
import barnabas.sql.types.Struct;
import barnabas.sql.types.ValueProblem;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Functions of jars, compiled here against annotations that the jars do not have.
class ExtensionsTest {
    private static final FunctionRegistry STANDARD =
            StandardFunctions.registry(() -> 0, new Random(1), StandardFunctions.Limits.DEFAULT);
    private static final String IMPORTS = """
            import io.confluent.ksql.function.udf.*;
            import io.confluent.ksql.function.udtf.*;
            import io.confluent.ksql.function.udaf.*;
            import java.math.BigDecimal;
            import java.nio.ByteBuffer;
            import java.util.*;
            import java.util.function.*;
            """;

    @TempDir
    Path folder;

    private Extensions loaded(String body) throws IOException {
        JarMaker.jar(folder.resolve("f.jar"), scalar("F", "f", body));
        return Extensions.of(folder, Map.of(), STANDARD);
    }

    private static String scalar(String type, String name, String body) {
        return IMPORTS + "@UdfDescription(name = \"" + name + "\", description = \"d\") public class " + type + " { "
                + body + " }";
    }

    private static @Nullable Object call(Extensions extensions, String name, List<SqlType> types, Object... arguments) {
        return resolved(extensions, name, types).call().call(arguments);
    }

    private static ScalarFunction.Resolved resolved(Extensions extensions, String name, List<SqlType> types) {
        var known = new ArrayList<Argument>();
        for (SqlType each : types) known.add(new Argument.Value(each));
        return ((ScalarFunction) extensions.with(STANDARD).find(name).orElseThrow()).resolve(known);
    }

    @Test
    void variantsByTypesOfArguments() throws IOException {
        Extensions extensions = loaded("""
                @Udf public int f(@UdfParameter("x") int x) { return x + 1; }
                @Udf public String f(@UdfParameter("x") String x) { return x + "!"; }
                @Udf public static long f(long a, Long b) { return a * (b == null ? 7 : b); }
                """);
        assertThat(extensions.leftOut()).isEmpty();
        assertThat(call(extensions, "F", List.of(SqlType.INTEGER), 4)).isEqualTo(5);
        assertThat(call(extensions, "f", List.of(SqlType.STRING), "a")).isEqualTo("a!");
        assertThat(call(extensions, "f", List.of(SqlType.STRING), new Object[] {null}))
                .isEqualTo("null!");
        assertThat(call(extensions, "f", List.of(SqlType.INTEGER, SqlType.BIGINT), 3, null))
                .isEqualTo(21L);
        assertThat(call(extensions, "f", List.of(SqlType.INTEGER, SqlType.BIGINT), null, 3L))
                .isNull();
        assertThat(extensions.functions().getFirst().description().variants())
                .containsExactly("F(x INT) INT", "F(x STRING) STRING", "F(arg0 BIGINT, arg1 BIGINT) BIGINT");
    }

    /// Of the row, not of the query: the same record would end it again and again.
    @Test
    void aStackThatOverflowsIsAFailureOfTheValue() throws IOException {
        Extensions extensions = loaded("@Udf public int f(int x) { return f(x + 1) + 1; }");
        assertThatThrownBy(() -> call(extensions, "F", List.of(SqlType.INTEGER), 4))
                .isInstanceOf(ValueProblem.class)
                .hasMessageContaining("too deep");
    }

    @Test
    void typesOfJava() throws IOException {
        Extensions extensions = loaded("""
                @Udf public ByteBuffer f(ByteBuffer x) { x.get(); return x; }
                @Udf public java.sql.Date f(java.sql.Date x) { return new java.sql.Date(x.getTime() + 86400000L); }
                @Udf public java.sql.Time f(java.sql.Time x) { return new java.sql.Time(x.getTime() + 1); }
                @Udf public java.sql.Timestamp f(java.sql.Timestamp x) { return new java.sql.Timestamp(x.getTime() + 1); }
                @Udf(schema = "DECIMAL(5, 1)") public BigDecimal f(BigDecimal x) { return x; }
                @Udf public Map<String, List<Integer>> f(Map<String, List<Integer>> x) { x.put("more", List.of(1)); return x; }
                @Udf public Boolean f(Boolean x, Double y) { return x && y > 1; }
                """);
        assertThat(extensions.leftOut()).isEmpty();
        ByteBuffer bytes =
                ByteBuffer.wrap("abc".getBytes(StandardCharsets.UTF_8)).asReadOnlyBuffer();
        assertThat(call(extensions, "F", List.of(SqlType.BYTES), bytes))
                .isEqualTo(ByteBuffer.wrap("bc".getBytes(StandardCharsets.UTF_8)));
        assertThat(bytes.remaining()).isEqualTo(3);
        assertThat(call(extensions, "F", List.of(SqlType.DATE), LocalDate.of(1969, 12, 30)))
                .isEqualTo(LocalDate.of(1969, 12, 31));
        assertThat(call(extensions, "F", List.of(SqlType.TIME), LocalTime.of(23, 59)))
                .isEqualTo(LocalTime.of(23, 59).plusNanos(1_000_000));
        assertThat(call(extensions, "F", List.of(SqlType.TIMESTAMP), Instant.ofEpochMilli(-5)))
                .isEqualTo(Instant.ofEpochMilli(-4));
        List<SqlType> decimal = List.of(SqlType.decimal(8, 3));
        assertThat(resolved(extensions, "F", decimal).returnType()).isEqualTo(SqlType.decimal(5, 1));
        assertThat(call(extensions, "F", decimal, new BigDecimal("12.345"))).isEqualTo(new BigDecimal("12.3"));
        assertThatThrownBy(() -> call(extensions, "F", decimal, new BigDecimal("12345.000")))
                .isInstanceOf(ValueProblem.class);
        Map<String, List<Integer>> map = Map.of("a", List.of(2));
        assertThat(call(extensions, "F", List.of(SqlType.map(SqlType.STRING, SqlType.array(SqlType.INTEGER))), map))
                .isEqualTo(Map.of("a", List.of(2), "more", List.of(1)));
        assertThat(call(extensions, "F", List.of(SqlType.BOOLEAN, SqlType.DOUBLE), true, 2.0))
                .isEqualTo(true);
    }

    @Test
    void typeVariablesRestAndLambdas() throws IOException {
        Extensions extensions = loaded("""
                @Udf public <T> List<T> f(List<T> x, Function<T, Boolean> test) {
                    List<T> kept = new ArrayList<>();
                    for (T each : x) if (test.apply(each)) kept.add(each);
                    return kept;
                }
                @Udf public String f(String first, Integer... more) { return first + Arrays.toString(more); }
                @Udf public <K, V> List<V> f(Map<K, V> x, BiFunction<K, V, V> of) {
                    List<V> all = new ArrayList<>();
                    x.forEach((k, v) -> all.add(of.apply(k, v)));
                    return all;
                }
                """);
        assertThat(extensions.leftOut()).isEmpty();
        ScalarFunction function = (ScalarFunction) extensions.functions().getFirst();
        var dates = SqlType.array(SqlType.DATE);
        var seen = new ArrayList<List<SqlType>>();
        ScalarFunction.Resolved filter =
                function.resolve(List.of(new Argument.Value(dates), new Argument.Lambda(1, types -> {
                    seen.add(types);
                    return SqlType.BOOLEAN;
                })));
        assertThat(seen).containsExactly(List.of(SqlType.DATE));
        assertThat(filter.returnType()).isEqualTo(dates);
        SqlLambda late = given -> ((LocalDate) given[0]).getYear() > 2000;
        assertThat(filter.call().call(new Object[] {List.of(LocalDate.of(1999, 1, 1), LocalDate.of(2001, 1, 1)), late}))
                .isEqualTo(List.of(LocalDate.of(2001, 1, 1)));
        assertThat(call(extensions, "F", List.of(SqlType.STRING), "a")).isEqualTo("a[]");
        assertThat(call(extensions, "F", List.of(SqlType.STRING, SqlType.INTEGER, SqlType.INTEGER), "a", 1, null))
                .isEqualTo("a[1, null]");
    }

    @Test
    void lambdasOfThreeParameters() throws IOException {
        Extensions extensions = loaded("""
                @Udf public <K, V, S> S f(Map<K, V> x, S first, TriFunction<S, K, V, S> of) {
                    S all = first;
                    for (Map.Entry<K, V> each : x.entrySet()) all = of.apply(all, each.getKey(), each.getValue());
                    return all;
                }
                """);
        assertThat(extensions.leftOut()).isEmpty();
        ScalarFunction function = (ScalarFunction) extensions.functions().getFirst();
        var seen = new ArrayList<List<SqlType>>();
        ScalarFunction.Resolved fold = function.resolve(List.of(
                new Argument.Value(SqlType.map(SqlType.STRING, SqlType.INTEGER)),
                new Argument.Value(SqlType.BIGINT),
                new Argument.Lambda(3, types -> {
                    seen.add(types);
                    return SqlType.BIGINT;
                })));
        assertThat(seen).containsExactly(List.of(SqlType.BIGINT, SqlType.STRING, SqlType.INTEGER));
        SqlLambda sum = given -> (Long) given[0] + ((String) given[1]).length() + (Integer) given[2];
        assertThat(fold.call().call(new Object[] {Map.of("ab", 3), 10L, sum})).isEqualTo(15L);
    }

    private static final SqlType.Structure POINT = new SqlType.Structure(
            List.of(new SqlType.Field("X", SqlType.INTEGER), new SqlType.Field("AT", SqlType.DATE)));
    private static final SqlType.Structure NAMED = new SqlType.Structure(
            List.of(new SqlType.Field("N", SqlType.STRING), new SqlType.Field("P", SqlType.array(POINT))));

    @Test
    void structsOfConnect() throws IOException {
        Extensions extensions = loaded("""
                @Udf public int f(@UdfParameter(value = "p", schema = "STRUCT<X INT, AT DATE>") org.apache.kafka.connect.data.Struct p) {
                    return p.getInt32("X") + (p.get("AT") == null ? 0 : 1);
                }
                @Udf(schema = "STRUCT<N STRING, P ARRAY<STRUCT<X INT, AT DATE>>>")
                public org.apache.kafka.connect.data.Struct f(String name,
                        @UdfParameter(value = "p", schema = "ARRAY<STRUCT<X INT, AT DATE>>") List<org.apache.kafka.connect.data.Struct> p) {
                    var point = org.apache.kafka.connect.data.SchemaBuilder.struct()
                            .field("X", org.apache.kafka.connect.data.Schema.INT32_SCHEMA).build();
                    var type = org.apache.kafka.connect.data.SchemaBuilder.struct()
                            .field("N", org.apache.kafka.connect.data.Schema.STRING_SCHEMA)
                            .field("P", org.apache.kafka.connect.data.SchemaBuilder.array(point).build()).build();
                    var first = new org.apache.kafka.connect.data.Struct(point).put("X", p.get(0).getInt32("X") * 2);
                    return new org.apache.kafka.connect.data.Struct(type).put("N", name).put("P", List.of(first));
                }
                @Udf public <T> List<T> f(List<T> x) { return new ArrayList<>(x.subList(1, x.size())); }
                @Udf public int f(org.apache.kafka.connect.data.Struct open, int x) { return 1; }
                @Udf public org.apache.kafka.connect.data.Struct f(int x, int y, int z) { return null; }
                """);
        assertThat(String.join("\n", extensions.leftOut()))
                .contains("it takes a STRUCT without a schema", "it returns a STRUCT without a schema");
        assertThat(extensions.leftOut()).hasSize(2);
        Struct one = new Struct(POINT, List.of(4, LocalDate.EPOCH));
        Struct two = new Struct(POINT, Arrays.asList(5, null));
        assertThat(call(extensions, "F", List.of(POINT), one)).isEqualTo(5);
        assertThat(call(extensions, "F", List.of(POINT), two)).isEqualTo(5);
        List<SqlType> types = List.of(SqlType.STRING, SqlType.array(POINT));
        assertThat(resolved(extensions, "F", types).returnType()).isEqualTo(NAMED);
        assertThat(call(extensions, "F", types, "n", List.of(one)))
                .isEqualTo(new Struct(NAMED, List.of("n", List.of(new Struct(POINT, Arrays.asList(8, null))))));
        List<SqlType> points = List.of(SqlType.array(POINT));
        assertThat(call(extensions, "F", points, List.of(one, two))).isEqualTo(List.of(two));
        assertThatThrownBy(() -> resolved(extensions, "F", List.of(SqlType.INTEGER)))
                .isInstanceOf(FunctionProblem.class);
    }

    @Test
    void rowsOfTableFunctions() throws IOException {
        JarMaker.jar(folder.resolve("t.jar"), IMPORTS + """
                        @UdtfDescription(name = "t", description = "d") public class T {
                            @Udtf public <E> List<E> twice(List<E> x) { List<E> all = new ArrayList<>(x); all.addAll(x); return all; }
                            @Udtf(schema = "DECIMAL(4, 1)") public List<BigDecimal> of(int x) { return List.of(BigDecimal.valueOf(x)); }
                            @Udtf public String wrong(String x) { return x; }
                        }
                        """);
        Extensions extensions = Extensions.of(folder, Map.of(), STANDARD);
        TableFunction function = (TableFunction) extensions.functions().getFirst();
        TableFunction.Resolved twice = function.resolve(List.of(new Argument.Value(SqlType.array(SqlType.TIMESTAMP))));
        assertThat(twice.rowType()).isEqualTo(SqlType.TIMESTAMP);
        assertThat(twice.call().call(new Object[] {List.of(Instant.EPOCH)}))
                .containsExactly(Instant.EPOCH, Instant.EPOCH);
        TableFunction.Resolved of = function.resolve(List.of(new Argument.Value(SqlType.INTEGER)));
        assertThat(of.rowType()).isEqualTo(SqlType.decimal(4, 1));
        assertThat(of.call().call(new Object[] {5})).containsExactly(new BigDecimal("5.0"));
        assertThat(of.call().call(new Object[] {null})).isEmpty();
        assertThat(extensions.leftOut())
                .singleElement()
                .asString()
                .contains("method wrong", "a table function returns java.util.List");
    }

    @Test
    void methodsThatAreNoFunctionsAreNamed() throws IOException {
        Extensions extensions = loaded("""
                @Udf public int good(int x) { return x; }
                @Udf int hidden(int x, int y) { return x; }
                @Udf public float single(float x) { return x; }
                @Udf public void nothing(int x, int y, int z) { }
                @Udf public BigDecimal open(BigDecimal x) { return x; }
                @Udf(schemaProvider = "p") public BigDecimal provided(BigDecimal x, int y) { return x; }
                @Udf public <T extends Number> T bounded(T x) { return x; }
                @Udf public <T> T unbound(int x) { return null; }
                @Udf public int raw(List x) { return 1; }
                @Udf public int array(int[] x) { return 1; }
                @Udf(schema = "DECIMAL(x)") public BigDecimal unread(BigDecimal x) { return x; }
                """);
        assertThat(extensions.functions()).hasSize(1);
        assertThat(String.join("\n", extensions.leftOut()))
                .contains(
                        "f.jar: F: F: method hidden(II)I: it is not public",
                        "method single(F)F: F is the Java type of no SQL type",
                        "method nothing(III)V: V is the Java type of no SQL type",
                        "it returns a DECIMAL without a schema",
                        "its schemaProvider is no public method `String p(List<String> types)`",
                        "its type variable T has a bound",
                        "its type variable T is in the result and in no parameter",
                        "java.util.List has no types of its parts",
                        "arrays of SQL are java.util.List in Java",
                        "its schema is no type");
        assertThat(extensions.leftOut()).hasSize(10);
    }

    @Test
    void aMethodSaysTheTypeOfTheResult() throws IOException {
        Extensions extensions = loaded("""
                @Udf(schemaProvider = "more") public BigDecimal f(BigDecimal x) { return x.multiply(x); }
                @Udf(schemaProvider = "wrong") public BigDecimal f(BigDecimal x, int y) { return x; }
                @Udf(schemaProvider = "other") public BigDecimal f(BigDecimal x, String y) { return x; }
                public String more(List<String> types) { return types.get(0).equals("DECIMAL(4, 2)") ? "DECIMAL(8, 4)" : "no"; }
                public static String wrong(List<String> types) { return null; }
                public Object other(List<String> types) { return null; }
                """);
        assertThat(extensions.leftOut()).singleElement().asString().contains("classes of ksqlDB for types");
        SqlType given = SqlType.parse("DECIMAL(4, 2)");
        assertThat(resolved(extensions, "F", List.of(given)).returnType()).isEqualTo(SqlType.parse("DECIMAL(8, 4)"));
        assertThat(call(extensions, "F", List.of(given), new BigDecimal("1.50")))
                .isEqualTo(new BigDecimal("2.2500"));
        assertThatThrownBy(() -> resolved(extensions, "F", List.of(SqlType.parse("DECIMAL(5, 2)"))))
                .hasMessageContaining("F.more gives no type");
        assertThatThrownBy(() -> resolved(extensions, "F", List.of(given, SqlType.INTEGER)))
                .hasMessageContaining("F.wrong gives no type");
    }

    @Test
    void classesThatAreNoFunctionsAreNamed() throws IOException {
        String udf = "@Udf public int f(int x) { return x; }";
        JarMaker.jar(
                folder.resolve("a.jar"),
                scalar("Taken", "abs", udf),
                scalar("One", "one", udf),
                scalar("Empty", "empty", ""),
                scalar("Named", "a b", udf),
                scalar("Closed", "closed", "private Closed() {} " + udf),
                scalar("Failing", "failing", "public Failing() { throw new IllegalStateException(\"why\"); } " + udf),
                IMPORTS + "@UdafDescription(name = \"agg\", description = \"d\") public class Agg {}",
                "public class Plain {}");
        JarMaker.jar(folder.resolve("b.jar"), scalar("One", "ONE", udf));
        Files.writeString(folder.resolve("c.jar"), "no jar");
        Extensions extensions = Extensions.of(folder, Map.of(), STANDARD);
        assertThat(extensions.functions())
                .singleElement()
                .extracting(each -> each.name())
                .isEqualTo("ONE");
        assertThat(String.join("\n", extensions.leftOut()))
                .contains(
                        "a.jar: Taken: a function of this service has the name ABS",
                        "a.jar: Empty: the class has no method that is a function",
                        "a.jar: Named: 'A B' is no name of a function",
                        "a.jar: Closed: the class has no public constructor without parameters",
                        "why",
                        "a.jar: Agg: the class has no method that is a function",
                        "b.jar: One: another class of the folder has the name ONE",
                        "c.jar: no jar of readable classes");
        assertThat(extensions.leftOut()).hasSize(8);
    }

    @Test
    void jarsDoNotSeeEachOther() throws IOException {
        String shared = "package p; public class Shared { public static int n() { return %d; } }";
        JarMaker.jar(
                folder.resolve("a.jar"),
                shared.formatted(1),
                scalar("A", "a", "@Udf public int f() { return p.Shared.n(); }"));
        JarMaker.jar(
                folder.resolve("b.jar"),
                shared.formatted(2),
                scalar("B", "b", "@Udf public int f() { return p.Shared.n(); }"));
        Extensions extensions = Extensions.of(folder, Map.of(), STANDARD);
        assertThat(call(extensions, "A", List.of())).isEqualTo(1);
        assertThat(call(extensions, "B", List.of())).isEqualTo(2);
    }

    @Test
    void failuresAreProblemsOfTheValue() throws IOException {
        Extensions extensions = loaded("@Udf public int f(int x) { return 1 / x; }");
        assertThatThrownBy(() -> call(extensions, "F", List.of(SqlType.INTEGER), 0))
                .isInstanceOf(ValueProblem.class)
                .hasMessageContaining("/ by zero");
    }

    @Test
    void callsDoNotShareFields() throws IOException {
        Extensions extensions = loaded("private int n; @Udf public int f() { return ++n; }");
        ScalarFunction.Call first = resolved(extensions, "F", List.of()).call();
        ScalarFunction.Call second = resolved(extensions, "F", List.of()).call();
        assertThat(List.of(first.call(new Object[0]), first.call(new Object[0]), second.call(new Object[0])))
                .isEqualTo(List.of(1, 2, 1));
    }

    @Test
    void functionsSeeTheirOwnSettingsOnly() throws IOException {
        JarMaker.jar(folder.resolve("f.jar"), IMPORTS + """
                        @UdfDescription(name = "F", description = "d")
                        public class F implements org.apache.kafka.common.Configurable {
                            private Map<String, ?> all;
                            @Override public void configure(Map<String, ?> all) { this.all = all; }
                            @Udf public String f() { return new TreeMap<>(all).toString(); }
                        }
                        """);
        Map<String, String> settings = Map.of(
                "ksql.extension.dir", folder.toString(),
                "ksql.functions.f.x", "1",
                "ksql.functions._global_.y", "2",
                "ksql.functions.g.z", "3",
                "ksql.secret", "4");
        Extensions extensions = Extensions.of(settings, STANDARD);
        assertThat(call(extensions, "F", List.of())).isEqualTo("{ksql.functions._global_.y=2, ksql.functions.f.x=1}");
        assertThat(Extensions.of(
                        Map.of("ksql.extension.dir", folder.toString(), "ksql.udfs.enabled", "false"), STANDARD))
                .isEqualTo(Extensions.NONE);
        assertThat(Extensions.of(Map.of(), STANDARD)).isEqualTo(Extensions.NONE);
        assertThatThrownBy(() -> Extensions.of(folder.resolve("nowhere"), Map.of(), STANDARD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ksql.extension.dir");
    }

    @Test
    void blacklistedClassesAreNotFound() throws IOException {
        Files.writeString(folder.resolve(Blacklist.FILE), "# none\n\njava.lang.Process\n");
        Extensions extensions = loaded("@Udf public String f() { return new ProcessBuilder(\"true\").toString(); }");
        assertThatThrownBy(() -> call(extensions, "F", List.of()))
                .isInstanceOf(ValueProblem.class)
                .hasMessageContaining("java/lang/ProcessBuilder");
        Files.writeString(folder.resolve(Blacklist.FILE), "(");
        assertThatThrownBy(() -> Extensions.of(folder, Map.of(), STANDARD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no regular expression");
    }
}
