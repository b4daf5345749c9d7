package barnabas.client;

/// A place in a partition that its leader can look up (ListOffsets).
public sealed interface OffsetSpec {
    /// The number that asks for it.
    long query();

    /// The first record that is still there.
    record Earliest() implements OffsetSpec {
        @Override
        public long query() {
            return -2;
        }
    }

    /// Behind the last record that consumers may see.
    record Latest() implements OffsetSpec {
        @Override
        public long query() {
            return -1;
        }
    }

    /// The record with the largest timestamp (KIP-734).
    record MaxTimestamp() implements OffsetSpec {
        @Override
        public long query() {
            return -3;
        }
    }

    /// The first record that is not older.
    ///
    /// @param millis since the epoch, not negative
    record AtTime(long millis) implements OffsetSpec {
        public AtTime {
            if (millis < 0) throw new IllegalArgumentException("a time before 1970: " + millis);
        }

        @Override
        public long query() {
            return millis;
        }
    }
}
