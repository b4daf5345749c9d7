package barnabas.console.filter;

import barnabas.console.records.KnownSchemas;
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

    /// @param schemas of the record, where they are known: what has one is JSON
    boolean test(ReadRecord record, KnownSchemas schemas);

    /// @throws FilterProblem with the wrong character's position
    static Filter parse(String text) throws FilterProblem {
        return text.isBlank() ? ALL : new Compiled(new FilterParser(text).parse());
    }

    /// See [#ALL].
    record Always() implements Filter {
        @Override
        public boolean test(ReadRecord record, KnownSchemas schemas) {
            return true;
        }
    }

    /// An expression.
    record Compiled(Condition condition) implements Filter {
        @Override
        public boolean test(ReadRecord record, KnownSchemas schemas) {
            return condition.holds(new RecordValues(record, schemas));
        }
    }
}
