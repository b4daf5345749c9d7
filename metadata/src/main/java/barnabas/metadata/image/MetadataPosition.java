package barnabas.metadata.image;

/// End of the part of the metadata log that an image contains.
///
/// @param offset the offset of the last record that was replayed, -1 when none was
/// @param epoch the epoch of the leader that wrote it
/// @param timestampMillis when it was written, milliseconds since the epoch
public record MetadataPosition(long offset, int epoch, long timestampMillis) {
    public static final MetadataPosition BEGINNING = new MetadataPosition(-1, 0, -1);
}
