package barnabas.metadata.log;

import barnabas.base.Digits;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A snapshot holds what all records before an offset amount to.
///
/// @param endOffset the first offset that is not contained
/// @param epoch of the last record that is contained
public record SnapshotId(long endOffset, int epoch) implements Comparable<SnapshotId> {
    private static final Pattern FILE_NAME = Pattern.compile("(\\d{20})-(\\d{10})\\.checkpoint");

    /// `<offset, 20 digits>-<epoch, 10 digits>.checkpoint`
    public String fileName() {
        return Digits.decimal(endOffset, 20) + "-" + Digits.decimal(epoch, 10) + ".checkpoint";
    }

    /// Empty for a file that is no snapshot.
    public static Optional<SnapshotId> ofFileName(String name) {
        Matcher matcher = FILE_NAME.matcher(name);
        if (!matcher.matches()) return Optional.empty();
        try {
            return Optional.of(new SnapshotId(Long.parseLong(matcher.group(1)), Integer.parseInt(matcher.group(2))));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    @Override
    public int compareTo(SnapshotId other) {
        int byOffset = Long.compare(endOffset, other.endOffset);
        return byOffset != 0 ? byOffset : Integer.compare(epoch, other.epoch);
    }
}
