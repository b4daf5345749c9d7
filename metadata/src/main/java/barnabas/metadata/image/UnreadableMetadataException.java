package barnabas.metadata.image;

/// The metadata log says something that this version does not understand or that cannot follow what came before. To go
/// on would mean to guess at the cluster's state, so the node stops.
public final class UnreadableMetadataException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnreadableMetadataException(String message) {
        super(message);
    }

    public UnreadableMetadataException(String message, Throwable cause) {
        super(message, cause);
    }
}
