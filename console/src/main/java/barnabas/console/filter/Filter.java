package barnabas.console.filter;

import barnabas.console.records.ReadRecord;

/// A condition on a record:
///
/// ```
/// value.total > 100 && headers.source == "web"
/// key startsWith "order-" or not (value.items[0].sku contains "X")
/// timestamp >= "2026-11-28T10:00:00Z" and partition == 3
/// ```
public sealed interface Filter {
    /// Takes every record.
    Filter ALL = new Always();

    boolean test(ReadRecord record);

    /// @throws FilterProblem with the wrong character's position
    static Filter parse(String text) throws FilterProblem {
        return text.isBlank() ? ALL : new Compiled(new FilterParser(text).parse());
    }

    /// See [#ALL].
    record Always() implements Filter {
        @Override
        public boolean test(ReadRecord record) {
            return true;
        }
    }

    /// An expression.
    record Compiled(Condition condition) implements Filter {
        @Override
        public boolean test(ReadRecord record) {
            return condition.holds(new RecordValues(record));
        }
    }
}
