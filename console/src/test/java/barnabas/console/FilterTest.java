package barnabas.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.console.filter.Filter;
import barnabas.console.filter.FilterProblem;
import barnabas.console.records.KnownSchemas;
import barnabas.console.records.ReadRecord;
import barnabas.protocol.records.RecordHeader;
import barnabas.protocol.records.TimestampType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Filters on one record: key `order-7`, a JSON value, a header.
class FilterTest {
    private static final ReadRecord RECORD = record("order-7", """
            {"total": 120.50, "paid": true, "note": null, "items": [{"sku": "A-1"}, {"sku": "B-2"}], "odd.name": "x"}""");

    private static ByteBuffer bytes(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    private static ReadRecord record(String key, String value) {
        return new ReadRecord(
                3,
                42,
                1_795_860_000_000L,
                TimestampType.CREATE_TIME,
                bytes(key),
                bytes(value),
                value.length(),
                List.of(new RecordHeader("source", bytes("web"))),
                null,
                null);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "value.total > 100 | true",
                "value.total >= 120.5 | true",
                "value.total == 120.50 | true",
                "value.total < 100 or value.paid | true",
                "value.total < 100 && value.paid | false",
                "not value.paid | false",
                "!(value.total < 100) and !value.missing | true",
                "value.note == null | true",
                "value.missing == null | true",
                "value.note | false",
                "value.items[1].sku == 'B-2' | true",
                "value.items[2].sku | false",
                "value.items contains \"A-1\" | true",
                "value[\"odd.name\"] == \"x\" | true",
                "headers.source == \"web\" | true",
                "headers.other == \"web\" | false",
                "headers | true",
                "key startsWith \"order-\" and key endsWith \"7\" | true",
                "key > \"order-6\" | true",
                "value.total > \"100\" | false",
                "offset == 42 && partition != 4 | true",
                "timestamp >= \"2026-11-28T10:00:00Z\" | true",
                "timestamp < \"2026-11-28T10:00:00\" | false",
                "size > 50 | true",
                "key == \"order\\-7\" | true",
                "(((value.paid))) | true",
                "value contains \"total\" | true",
                " | true"
            })
    void holds(String filter, boolean expected) throws Exception {
        assertThat(Filter.parse(filter == null ? "" : filter).test(RECORD, KnownSchemas.none()))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "value.total = 5 | 12 | ==",
                "value.total > | 13 | too early",
                "colour == 5 | 0 | There is no 'colour'",
                "key == \"x | 7 | closing quote",
                "(key | 4 | Expected ')'",
                "key == 5 key | 9 | Expected 'and'",
                "value. | 6 | name behind the dot",
                "value[x] | 6 | index",
                "value[1 | 7 | ']'",
                "key == 1.2.3 | 7 | no number",
                "timestamp > \"noon\" | 12 | Write a time",
                "and key | 0 | There is no 'and'",
                "# | 0 | Expected a value",
            })
    void wrongFiltersPointAtTheCharacter(String filter, int position, String message) {
        assertThatThrownBy(() -> Filter.parse(filter))
                .isInstanceOfSatisfying(
                        FilterProblem.class,
                        problem -> assertThat(problem.position()).isEqualTo(position))
                .hasMessageContaining(message);
    }

    @Test
    void longAndDeepFiltersAreRefused() {
        assertThatThrownBy(() -> Filter.parse("(".repeat(1_000))).isInstanceOf(FilterProblem.class);
        assertThatThrownBy(() -> Filter.parse("!".repeat(1_000))).isInstanceOf(FilterProblem.class);
        assertThatThrownBy(() -> Filter.parse("key or ".repeat(1_000) + "key")).isInstanceOf(FilterProblem.class);
    }

    @Test
    void valuesThatAreNoJsonAreTexts() throws Exception {
        ReadRecord text = record("k", "plain {text");
        assertThat(Filter.parse("value contains \"{\"").test(text, KnownSchemas.none()))
                .isTrue();
        assertThat(Filter.parse("value.a").test(text, KnownSchemas.none())).isFalse();
        assertThat(Filter.parse("value.a == null").test(text, KnownSchemas.none()))
                .isTrue();
    }

    /// Any text is a filter or a problem with a position in it, nothing else.
    @Test
    void anyTextIsAFilterOrAProblem() {
        var random = new Random(20261128);
        String[] parts = {
            "key", "value", ".", "[", "]", "(", ")", "\"", "'", "==", "<", "and", "or", "not", "!", "1", "-", " ",
            "null", "\\"
        };
        for (int i = 0; i < 20_000; i++) {
            var text = new StringBuilder();
            for (int left = random.nextInt(12); left >= 0; left--) text.append(parts[random.nextInt(parts.length)]);
            try {
                Filter.parse(text.toString()).test(RECORD, KnownSchemas.none());
            } catch (FilterProblem problem) {
                assertThat(problem.position()).as(text.toString()).isBetween(0, text.length());
            }
        }
    }

    /// The number takes 11 bytes in the record, and a gigabyte without its exponent.
    @ParameterizedTest
    @CsvSource({
        "1e999999999, value.a == 'x', false",
        "1e999999999, value.a startsWith '1E+', true",
        "-1e-999999999, value.a contains 'E-9', true",
        "1e999999999, value.a > 5, true",
        "1e999999999, value.a == 5, false",
        "1e20, value.a == '100000000000000000000', true",
    })
    void numbersWithAnyExponentAreCompared(String number, String filter, boolean expected) throws Exception {
        ReadRecord record = record("k", "{\"a\": " + number + "}");
        assertThat(Filter.parse(filter).test(record, KnownSchemas.none())).isEqualTo(expected);
    }

    /// Three bytes of a value would become a map of 60.
    @Test
    void aValueOfVeryManyPartsIsAText() throws Exception {
        ReadRecord sound = record("k", "{\"a\": [" + "{},".repeat(100_000) + "1]}");
        assertThat(Filter.parse("value.a[100000] == 1").test(sound, KnownSchemas.none()))
                .isTrue();
        ReadRecord large = record("k", "{\"a\": [" + "{},".repeat(1_000_000) + "1]}");
        assertThat(Filter.parse("value.a[1000000] == 1").test(large, KnownSchemas.none()))
                .isFalse();
        assertThat(Filter.parse("value endsWith '1]}'").test(large, KnownSchemas.none()))
                .isTrue();
    }
}
