package barnabas.protocol.records;

/// Reads the records of one batch one after the other, decompressing as it goes.
public class RecordCursor implements AutoCloseable {
    private RecordCursor() {}

    /// Starts before the first record of a whole batch whose CRC was checked.
    ///
    /// @param decompressedBytesMax reading stops with [InvalidRecordsException] when the records turn out larger
    public static RecordCursor over(RecordBatch batch, long decompressedBytesMax) throws InvalidRecordsException {
        return new RecordCursor();
    }

    /// Moves to the next record; false after the last one, when exactly as many were found as the header promises.
    public boolean next() throws InvalidRecordsException {
        throw new UnsupportedOperationException();
    }

    /// The record that the last successful [#next] moved to, copied out when it came from a compressed batch.
    public LogRecord record() {
        throw new UnsupportedOperationException();
    }

    public long offset() {
        throw new UnsupportedOperationException();
    }

    public long timestamp() {
        throw new UnsupportedOperationException();
    }

    public boolean hasKey() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
