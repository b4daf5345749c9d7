package barnabas.log.directory;

import barnabas.base.Digits;
import barnabas.base.Disk;
import barnabas.log.file.CheckpointFile;
import barnabas.log.file.LogFiles;
import barnabas.protocol.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The id of the topic that a partition's directory belongs to: `partition.metadata`.
///
/// ```
/// version: 0
/// topic_id: iWYhVZ0uRZuqsSDWRXnQFw
/// barnabas_crc32c: 8a9136aa            of the id's 16 bytes; Kafka reads two lines and ignores this one
/// ```
///
/// By the third line a flipped bit in the id differs from the id of another topic of the same name. Files of Kafka and
/// of earlier versions do not have it: there, an id that differs from the expected one in a character or two was
/// damaged, since ids are random and those of two topics differ in nearly all of their 22.
public final class PartitionMetadata {
    private static final String TOPIC_ID = "topic_id:";
    private static final String CHECK = "barnabas_crc32c:";
    private static final int LINES = 3;
    private static final int DAMAGED_CHARS_MAX = 2;

    private final String text;
    private final Optional<Uuid> named;
    private final Optional<String> check;

    private PartitionMetadata(String text, Optional<Uuid> named, Optional<String> check) {
        this.text = text;
        this.named = named;
        this.check = check;
    }

    static PartitionMetadata read(Disk disk, Path directory) throws IOException {
        var text =
                CheckpointFile.text(disk, directory.resolve(LogFiles.METADATA)).orElse("");
        var lines = text.lines().toList();
        Optional<Uuid> named = Optional.empty();
        for (var line : lines)
            if (line.startsWith(TOPIC_ID))
                named = parse(line.substring(TOPIC_ID.length()).strip());
        // also a line that says something else: the check value may be what is damaged
        var check = lines.size() < LINES ? Optional.<String>empty() : Optional.of(lines.get(LINES - 1));
        return new PartitionMetadata(text, named, check);
    }

    /// The id, if the file has one and nothing contradicts it.
    public static Optional<Uuid> topicIdIn(Disk disk, Path directory) throws IOException {
        return read(disk, directory).topicId();
    }

    Optional<Uuid> topicId() {
        return isDamaged() ? Optional.empty() : named;
    }

    /// True when a file with a check value is not what was written for the id in it.
    boolean isDamaged() {
        return check.isPresent() && !named.map(PartitionMetadata::textOf).equals(Optional.of(text));
    }

    /// True when the file has an id and nothing to check it by.
    boolean isUnchecked() {
        return check.isEmpty() && named.isPresent();
    }

    /// True when a damaged file was written for this id: one of the two is still whole, or all but a character or two.
    boolean standsFor(Uuid topicId) {
        return named.equals(Optional.of(topicId)) || check.equals(Optional.of(checkOf(topicId))) || resembles(topicId);
    }

    private boolean resembles(Uuid topicId) {
        // Kafka writes no line break at the end
        return differsLittle(bare(topicId)) || differsLittle(bare(topicId) + "\n") || differsLittle(textOf(topicId));
    }

    private boolean differsLittle(String whole) {
        if (text.length() != whole.length()) return false;
        int different = 0;
        for (int i = 0; i < whole.length(); i++) if (text.charAt(i) != whole.charAt(i)) different++;
        return different <= DAMAGED_CHARS_MAX;
    }

    /// Empty for what is no id: a damaged file.
    static Optional<Uuid> parse(String text) {
        try {
            return Optional.of(Uuid.parse(text));
        } catch (IllegalArgumentException damaged) {
            return Optional.empty();
        }
    }

    private static String checkOf(Uuid topicId) {
        var bytes = ByteBuffer.allocate(2 * Long.BYTES);
        bytes.putLong(topicId.mostSignificantBits()).putLong(topicId.leastSignificantBits());
        var crc = new CRC32C();
        crc.update(bytes.flip());
        return CHECK + " " + Digits.hexadecimal(crc.getValue(), 8);
    }

    /// Write the file into a directory that has none. Written directly under its name, which saves a commit of the
    /// file system: no client got a promise before this returns, and a part of the file left by a crash is ignored.
    static void create(Disk disk, Path directory, Uuid topicId) throws IOException {
        try (var file = disk.open(directory.resolve(LogFiles.METADATA))) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(textOf(topicId).getBytes(StandardCharsets.UTF_8)), 0);
            file.force();
        }
        disk.forceDirectory(directory);
    }

    /// Writes the file again, of which a part was damaged.
    static void mend(Disk disk, Path directory, Uuid topicId) throws IOException {
        CheckpointFile.replace(disk, directory.resolve(LogFiles.METADATA), textOf(topicId));
    }

    private static String textOf(Uuid topicId) {
        return bare(topicId) + "\n" + checkOf(topicId) + "\n";
    }

    private static String bare(Uuid topicId) {
        return "version: 0\n" + TOPIC_ID + " " + topicId;
    }

    static void force(Disk disk, Path directory) throws IOException {
        try (var file = disk.openExisting(directory.resolve(LogFiles.METADATA))) {
            file.force();
        }
        disk.forceDirectory(directory);
    }
}
