package barnabas.metadata.image;

/// The levels of a feature that somebody supports, both ends included.
public record VersionRange(short min, short max) {
    public boolean contains(short level) {
        return level >= min && level <= max;
    }
}
