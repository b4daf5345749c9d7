package barnabas.metadata.image;

/// Supported levels of a feature, both ends included.
public record VersionRange(short min, short max) {
    public boolean contains(short level) {
        return level >= min && level <= max;
    }
}
