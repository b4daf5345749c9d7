package barnabas.sql.extensions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.sql.functions.AggregateFunction;
import barnabas.sql.functions.AggregateFunction.Aggregation;
import barnabas.sql.functions.Argument;
import barnabas.sql.functions.FunctionProblem;
import barnabas.sql.functions.FunctionRegistry;
import barnabas.sql.types.SqlType;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Aggregate functions of jars that do not have the interfaces that they implement.
class AggregatesOfJarsTest {
    private static final String IMPORTS = """
            import io.confluent.ksql.function.udaf.*;
            import java.math.BigDecimal;
            import java.util.*;
            """;

    @TempDir
    Path folder;

    private Extensions loaded(String body) throws Exception {
        JarMaker.jar(
                folder.resolve("a.jar"),
                IMPORTS + "@UdafDescription(name = \"agg\", description = \"d\") public class Agg { " + body + " }");
        return Extensions.of(folder, Map.of(), new FunctionRegistry(List.of()));
    }

    private static Aggregation resolved(Extensions extensions, Argument... arguments) {
        return ((AggregateFunction) extensions.functions().getFirst()).resolve(List.of(arguments));
    }

    private static Argument value(SqlType type) {
        return new Argument.Value(type);
    }

    private static @Nullable Object added(Aggregation aggregation, @Nullable Object... values) {
        Object aggregate = aggregation.initialize();
        for (Object each : values) aggregate = aggregation.add(aggregate, new @Nullable Object[] {each});
        return aggregate;
    }

    @Test
    void stateOfItsOwnTypeThatIsMergedAndMapped() throws Exception {
        Extensions extensions = loaded("""
                @UdafFactory(description = "the last of them")
                public static Udaf<Integer, List<Integer>, Long> last(int count) { return new Last(count); }
                private static final class Last implements Udaf<Integer, List<Integer>, Long> {
                    private final int count;
                    Last(int count) { this.count = count; }
                    public List<Integer> initialize() { return new LinkedList<>(); }
                    public List<Integer> aggregate(Integer now, List<Integer> state) {
                        state.add(now);
                        return state.size() > count ? state.subList(1, count + 1) : state;
                    }
                    public List<Integer> merge(List<Integer> one, List<Integer> two) { return two; }
                    public Long map(List<Integer> state) { long sum = 0; for (Integer i : state) sum += i == null ? 0 : i; return sum; }
                }
                """);
        assertThat(extensions.leftOut()).isEmpty();
        assertThat(extensions.functions().getFirst().description().variants())
                .containsExactly("AGG(column INTEGER, arg0 INT) BIGINT");
        Aggregation last = resolved(extensions, value(SqlType.INTEGER), new Argument.Constant(SqlType.INTEGER, 2));
        assertThat(last.intermediateType()).isEqualTo(SqlType.array(SqlType.INTEGER));
        assertThat(last.returnType()).isEqualTo(SqlType.BIGINT);
        assertThat(last.undoes()).isFalse();
        Object state = added(last, 1, null, 5, 7);
        assertThat(state).isEqualTo(List.of(5, 7));
        assertThat(last.result(state)).isEqualTo(12L);
        last.add(state, new Object[] {9, 2});
        assertThat(state).as("states are not changed").isEqualTo(List.of(5, 7));
        assertThat(last.merge(state, List.of(1))).isEqualTo(List.of(1));
        assertThatThrownBy(() -> resolved(extensions, value(SqlType.INTEGER), value(SqlType.INTEGER)))
                .isInstanceOf(FunctionProblem.class)
                .hasMessageContaining("must be a literal");
        assertThatThrownBy(() -> resolved(extensions, value(SqlType.STRING))).isInstanceOf(FunctionProblem.class);
    }

    @Test
    void recordsOfTablesAreTakenBack() throws Exception {
        Extensions extensions = loaded("""
                @UdafFactory(description = "d", paramSchema = "DECIMAL(6, 2)", aggregateSchema = "DECIMAL(9, 2)", returnSchema = "DECIMAL(9, 1)")
                public static TableUdaf<BigDecimal, BigDecimal, BigDecimal> sum() {
                    return new TableUdaf<>() {
                        public BigDecimal initialize() { return BigDecimal.ZERO; }
                        public BigDecimal aggregate(BigDecimal now, BigDecimal state) { return state.add(now); }
                        public BigDecimal undo(BigDecimal then, BigDecimal state) { return state.subtract(then); }
                        public BigDecimal merge(BigDecimal one, BigDecimal two) { return one.add(two); }
                        public BigDecimal map(BigDecimal state) { return state; }
                    };
                }
                """);
        assertThat(extensions.leftOut()).isEmpty();
        Aggregation sum = resolved(extensions, value(SqlType.INTEGER));
        assertThat(sum.undoes()).isTrue();
        Object state = added(sum, 3, 4);
        assertThat(state).isEqualTo(new BigDecimal("7.00"));
        assertThat(sum.undo(state, new Object[] {3})).isEqualTo(new BigDecimal("4.00"));
        assertThat(sum.result(state)).isEqualTo(new BigDecimal("7.0"));
        assertThat(sum.returnType()).isEqualTo(SqlType.decimal(9, 1));
    }

    @Test
    void factoriesThatAreNoneAreNamed() throws Exception {
        Extensions extensions = loaded("""
                @UdafFactory(description = "d") public static String text() { return ""; }
                @UdafFactory(description = "d") public Udaf<Integer, Integer, Integer> own() { return null; }
                @UdafFactory(description = "d") public static Udaf raw() { return null; }
                @UdafFactory(description = "d") static Udaf<Integer, Integer, Integer> hidden() { return null; }
                @UdafFactory(description = "d") public static Udaf<Integer, Set<Integer>, Integer> set() { return null; }
                @UdafFactory(description = "d") public static Udaf<BigDecimal, Integer, Integer> open() { return null; }
                @UdafFactory(description = "d") public static <T> Udaf<T, Integer, Integer> any() { return null; }
                @UdafFactory(description = "d") public static Udaf<java.sql.Date, java.sql.Date, java.sql.Date> good() {
                    return new Udaf<>() {
                        public java.sql.Date initialize() { return null; }
                        public java.sql.Date aggregate(java.sql.Date now, java.sql.Date state) { return now; }
                        public java.sql.Date merge(java.sql.Date one, java.sql.Date two) { return two; }
                        public java.sql.Date map(java.sql.Date state) { return state; }
                    };
                }
                """);
        assertThat(String.join("\n", extensions.leftOut()))
                .contains(
                        "a.jar: Agg: AGG: method text()Ljava/lang/String;: it does not return Udaf<I, A, O>",
                        "method own()Lio/confluent/ksql/function/udaf/Udaf;: it is not static",
                        "method raw()",
                        "method hidden()Lio/confluent/ksql/function/udaf/Udaf;: it is not public",
                        "java.util.Set is the Java type of no SQL type",
                        "it has a DECIMAL without a schema",
                        "its type variable T is in the result and in no parameter");
        assertThat(extensions.leftOut()).hasSize(7);
        Aggregation good = resolved(extensions, value(SqlType.DATE));
        assertThat(good.result(added(good, LocalDate.EPOCH))).isEqualTo(LocalDate.EPOCH);
    }

    @Test
    void severalColumns() throws Exception {
        Extensions extensions = loaded("""
                public record Two<A, B>(A one, B two) { }
                public static final class Three<A, B, C> {
                    final A a; final B b; final C c;
                    private Three(A a, B b, C c) { this.a = a; this.b = b; this.c = c; }
                    public static <A, B, C> Three<A, B, C> of(A a, B b, C c) { return new Three<>(a, b, c); }
                }
                public static final class Closed<A, B> { private Closed() { } }
                @UdafFactory(description = "a sum with weights")
                public static TableUdaf<Two<Double, Long>, Double, Double> weighed(int times) {
                    return new TableUdaf<>() {
                        public Double initialize() { return 0.0; }
                        public Double aggregate(Two<Double, Long> row, Double sum) {
                            return row.one() == null ? sum : sum + times * row.one() * row.two();
                        }
                        public Double undo(Two<Double, Long> row, Double sum) { return sum - times * row.one() * row.two(); }
                        public Double merge(Double one, Double other) { return one + other; }
                        public Double map(Double sum) { return sum; }
                    };
                }
                @UdafFactory(description = "lengths")
                public static Udaf<Three<String, List<Integer>, java.sql.Date>, Integer, Integer> lengths() {
                    return new Udaf<>() {
                        public Integer initialize() { return 0; }
                        public Integer aggregate(Three<String, List<Integer>, java.sql.Date> row, Integer sum) {
                            return sum + row.a.length() + row.b.size() + (int) (row.c.getTime() / 86_400_000);
                        }
                        public Integer merge(Integer one, Integer other) { return one + other; }
                        public Integer map(Integer sum) { return sum; }
                    };
                }
                @UdafFactory(description = "d") public static Udaf<Closed<Long, Long>, Long, Long> closed() { return null; }
                @UdafFactory(description = "d") public static Udaf<Two<Long, BigDecimal>, Long, Long> open() { return null; }
                """);
        assertThat(String.join("\n", extensions.leftOut()))
                .contains(
                        "Agg$Closed has no public constructor and no static method `of` of 2",
                        "no DECIMAL and no STRUCT");
        assertThat(extensions.leftOut()).hasSize(2);
        assertThat(extensions.functions().getFirst().description().variants())
                .contains("AGG(column1 DOUBLE, column2 BIGINT, arg0 INT) DOUBLE");
        Aggregation weighed = resolved(
                extensions, value(SqlType.INTEGER), value(SqlType.BIGINT), new Argument.Constant(SqlType.INTEGER, 10));
        Object sum = weighed.add(weighed.initialize(), new @Nullable Object[] {2, 3L, 10});
        sum = weighed.add(sum, new @Nullable Object[] {null, 5L, 10});
        sum = weighed.add(sum, new @Nullable Object[] {1, 1L, 10});
        assertThat(weighed.result(sum)).isEqualTo(70.0);
        assertThat(weighed.undo(sum, new @Nullable Object[] {1, 1L, 10})).isEqualTo(60.0);
        Aggregation lengths =
                resolved(extensions, value(SqlType.STRING), value(SqlType.array(SqlType.INTEGER)), value(SqlType.DATE));
        assertThat(lengths.add(
                        lengths.initialize(), new @Nullable Object[] {"abc", List.of(1, 2), LocalDate.ofEpochDay(100)}))
                .isEqualTo(105);
    }

    @Test
    void jarsMayBringTheInterfaces() throws Exception {
        JarMaker.uberjar(folder.resolve("u.jar"), IMPORTS + """
                        @UdafDescription(name = "agg", description = "d") public class Agg {
                            @UdafFactory(description = "d") public static Udaf<Long, Long, Long> sum() {
                                return new Udaf<>() {
                                    public Long initialize() { return 0L; }
                                    public Long aggregate(Long now, Long state) { return now + state; }
                                    public Long merge(Long one, Long two) { return one + two; }
                                    public Long map(Long state) { return state; }
                                };
                            }
                        }
                        """);
        Extensions extensions = Extensions.of(folder, Map.of(), new FunctionRegistry(List.of()));
        assertThat(extensions.leftOut()).isEmpty();
        Aggregation sum = resolved(extensions, value(SqlType.INTEGER));
        assertThat(sum.result(added(sum, 3, 4))).isEqualTo(7L);
    }
}
