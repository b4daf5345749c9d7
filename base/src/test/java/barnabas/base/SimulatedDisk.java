package barnabas.base;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A disk in memory that can lose power, fill up and fail, driven by a seed.
///
/// After [#loseFromCache] a file has the bytes of its last force, plus any of the later writes, each whole, torn or
/// not at all, in any combination; a directory has the names of its last force plus the first few later changes.
/// [#keepCache] is a killed process: everything written is still there.
public final class SimulatedDisk implements Disk {
    private static final int NAME_BYTES_MAX = 255;
    /// Texts of ENOSPC and EDQUOT.
    private static final List<String> OF_FULL_DISK = List.of("No space left on device", "Disk quota exceeded");
    /// The same and ENOMEM.
    private static final List<String> OF_SPACE =
            List.of("No space left on device", "Disk quota exceeded", "Cannot allocate memory");
    /// Texts of EMFILE, ENFILE and ENOMEM.
    private static final List<String> OF_OPENING =
            List.of("Too many open files", "Too many open files in system", "Cannot allocate memory");
    /// Matches the message of every shortage.
    public static final String SHORTAGE =
            "(?s).*(No space left|quota exceeded|Too many open files|Cannot allocate memory).*";

    private final SplittableRandom random;
    private final SimulatedDirectory root = new SimulatedDirectory();
    private final Set<Path> locks = new HashSet<>();
    private final Clock clock;

    private long operationsLeft = Long.MAX_VALUE;
    private boolean stopped;
    /// Handles of an earlier run are dead.
    private int run;

    private int failingWrites;
    private int failingForces;
    private boolean lies;
    private long capacityBytes = Long.MAX_VALUE;
    private long forces;
    private int openFiles;
    private int openFilesMax = Integer.MAX_VALUE;
    private int shortPerMille;
    private long opened;
    private long changesToError = Long.MAX_VALUE;
    private boolean hidesFailures;

    public SimulatedDisk(long seed, Clock clock) {
        this.random = new SplittableRandom(seed);
        this.clock = clock;
    }

    /// The machine stops in the middle of the n-th change from now: that change is made in part, everything after
    /// fails with [SimulatedCrash].
    public synchronized void stopAfter(long changes) {
        operationsLeft = changes;
    }

    /// Whether a change is still to come that stops the machine, fails or throws an Error.
    public synchronized boolean willFail() {
        return !stopped
                && (operationsLeft < Long.MAX_VALUE / 2
                        || changesToError < Long.MAX_VALUE / 2
                        || failingWrites > 0
                        || failingForces > 0);
    }

    public synchronized boolean stopped() {
        return stopped;
    }

    /// Starts again after a power cut.
    public synchronized void loseFromCache() {
        root.crash(random);
        restart();
    }

    /// Starts again after the process was killed.
    public synchronized void keepCache() {
        restart();
    }

    private void restart() {
        run++;
        locks.clear();
        openFiles = 0;
        openFilesMax = Integer.MAX_VALUE;
        shortPerMille = 0;
        changesToError = Long.MAX_VALUE;
        stopped = false;
        operationsLeft = Long.MAX_VALUE;
    }

    /// The next writes fail after a random part was written.
    public synchronized void failWrites(int count) {
        failingWrites = count;
    }

    public synchronized void failForces(int count) {
        failingForces = count;
    }

    /// From now on the disk says that writes are on stable storage, and they are not.
    public synchronized void forceNothing() {
        lies = true;
    }

    /// Writes that make the files larger than this together fail, as on a full file system.
    public synchronized void capacity(long bytes) {
        capacityBytes = bytes;
    }

    /// From now on no more files than this may be open together.
    public synchronized void descriptors(int max) {
        openFilesMax = max;
    }

    /// From now on so many of a thousand calls that open a file or need space fail, as when the process is out of
    /// descriptors, the kernel out of memory or the file system full for a moment.
    public synchronized void runShort(int perMille) {
        shortPerMille = perMille;
    }

    /// The n-th change from now throws an Error and is not made, as when memory runs out; those after it are.
    public synchronized void errAfter(long changes) {
        changesToError = changes;
    }

    /// From now on writes that find no space, and changes that throw an Error, are not made and seem to be.
    public synchronized void hideFailures() {
        hidesFailures = true;
    }

    /// The size of all files together.
    public synchronized long bytes() {
        return root.bytes();
    }

    public synchronized long forces() {
        return forces;
    }

    public synchronized int openFiles() {
        return openFiles;
    }

    /// Number of times a file was opened.
    public synchronized long opened() {
        return opened;
    }

    public synchronized byte[] contentOf(Path file) {
        try {
            return existing(file).content();
        } catch (IOException missing) {
            throw new IllegalStateException(missing);
        }
    }

    /// Replaces a file without a trace, as if it had always been so.
    public synchronized void overwrite(Path file, byte[] content) {
        directory(parent(file)).putDurably(name(file), SimulatedFile.holding(content));
    }

    @Override
    public synchronized DiskFile open(Path file) throws IOException {
        alive();
        var directory = directoryOf(file);
        if (directory.child(name(file)) == null) {
            descriptor(file);
            space(file);
            change();
            directory.put(name(file), new SimulatedFile(clock.millis()));
        } else descriptor(file);
        return new Handle(existing(file), false);
    }

    @Override
    public synchronized DiskFile openExisting(Path file) throws IOException {
        alive();
        existing(file);
        descriptor(file);
        return new Handle(existing(file), false);
    }

    @Override
    public synchronized DiskFile openReadOnly(Path file) throws IOException {
        alive();
        existing(file);
        descriptor(file);
        return new Handle(existing(file), true);
    }

    @Override
    public synchronized boolean exists(Path path) {
        alive();
        return find(path) != null;
    }

    @Override
    public synchronized long sizeBytes(Path file) throws IOException {
        alive();
        return existing(file).size();
    }

    @Override
    public synchronized long lastModifiedMillis(Path file) throws IOException {
        alive();
        var node = find(file);
        if (node == null) throw new NoSuchFileException(file.toString());
        return node.modifiedMillis();
    }

    @Override
    public synchronized List<Path> list(Path path) {
        alive();
        if (!(find(path) instanceof SimulatedDirectory directory)) return List.of();
        return directory.names().stream().map(path::resolve).toList();
    }

    @Override
    public synchronized boolean isDirectory(Path path) {
        alive();
        return find(path) instanceof SimulatedDirectory;
    }

    @Override
    public synchronized void createDirectories(Path path) throws IOException {
        alive();
        var at = root;
        for (var part : path.toAbsolutePath()) {
            var child = at.child(part.toString());
            if (child == null) {
                nameable(path);
                space(path);
                change();
                child = new SimulatedDirectory();
                at.put(part.toString(), child);
            }
            if (!(child instanceof SimulatedDirectory directory)) throw new FileAlreadyExistsException(path.toString());
            at = directory;
        }
    }

    @Override
    public synchronized void rename(Path source, Path target) throws IOException {
        alive();
        var node = find(source);
        if (node == null) throw new NoSuchFileException(source.toString());
        nameable(target);
        space(target);
        change();
        if (errs()) return;
        var from = directoryOf(source);
        var to = directoryOf(target);
        if (from == to) {
            from.rename(name(source), name(target), node);
        } else {
            to.put(name(target), node);
            from.remove(name(source));
        }
    }

    @Override
    public synchronized void delete(Path path) throws IOException {
        alive();
        var node = find(path);
        if (node == null) return;
        if (node instanceof SimulatedDirectory directory && !directory.names().isEmpty())
            throw new IOException("directory not empty: " + path);
        change();
        if (errs()) return;
        directoryOf(path).remove(name(path));
    }

    @Override
    public synchronized void forceDirectory(Path path) throws IOException {
        alive();
        if (!(find(path) instanceof SimulatedDirectory directory)) throw new NoSuchFileException(path.toString());
        descriptor(path);
        change();
        if (errs()) return;
        failForce();
        if (!lies) directory.force();
    }

    @Override
    public synchronized Optional<Closeable> tryLock(Path file) throws IOException {
        open(file).close();
        if (!locks.add(file)) return Optional.empty();
        return Optional.of(() -> {
            synchronized (this) {
                locks.remove(file);
            }
        });
    }

    @Override
    public synchronized long usableBytes(Path path) {
        alive();
        return capacityBytes - root.bytes();
    }

    @Override
    public synchronized long totalBytes(Path path) {
        alive();
        return capacityBytes;
    }

    private void alive() {
        if (stopped) throw new SimulatedCrash();
    }

    private void descriptor(Path path) throws IOException {
        if (openFiles >= openFilesMax || isShort())
            throw new FileSystemException(path.toString(), null, any(OF_OPENING));
    }

    private void space(Path path) throws IOException {
        if (isShort()) throw new FileSystemException(path.toString(), null, any(OF_SPACE));
    }

    private String any(List<String> shortages) {
        return shortages.get(random.nextInt(shortages.size()));
    }

    private boolean isShort() {
        return shortPerMille > 0 && random.nextInt(1000) < shortPerMille;
    }

    private static void nameable(Path path) throws IOException {
        if (name(path).getBytes(StandardCharsets.UTF_8).length > NAME_BYTES_MAX)
            throw new FileSystemException(path.toString(), null, "File name too long");
    }

    /// Counts a change; the one at which the machine stops is not made.
    private void change() {
        if (--operationsLeft > 0) return;
        stopped = true;
        throw new SimulatedCrash();
    }

    /// True for a change that is not made and must not seem to have failed.
    private boolean errs() {
        if (changesToError == Long.MAX_VALUE || --changesToError > 0) return false;
        changesToError = Long.MAX_VALUE;
        if (hidesFailures) return true;
        throw new OutOfMemoryError("simulated");
    }

    private void failForce() throws IOException {
        if (failingForces > 0) {
            failingForces--;
            throw new ForceFailed(new IOException("simulated input/output error"));
        }
        forces++;
    }

    private @Nullable SimulatedNode find(Path path) {
        SimulatedNode at = root;
        for (var part : path.toAbsolutePath()) {
            if (!(at instanceof SimulatedDirectory directory)) return null;
            at = directory.child(part.toString());
        }
        return at;
    }

    private SimulatedFile existing(Path path) throws IOException {
        if (find(path) instanceof SimulatedFile file) return file;
        throw new NoSuchFileException(path.toString());
    }

    private SimulatedDirectory directoryOf(Path path) throws IOException {
        if (find(parent(path)) instanceof SimulatedDirectory directory) return directory;
        throw new NoSuchFileException(parent(path).toString());
    }

    private SimulatedDirectory directory(Path path) {
        if (find(path) instanceof SimulatedDirectory directory) return directory;
        throw new IllegalStateException("no directory " + path);
    }

    private static Path parent(Path path) {
        var parent = path.toAbsolutePath().getParent();
        if (parent == null) throw new IllegalArgumentException("the root directory is no file");
        return parent;
    }

    private static String name(Path path) {
        var name = path.getFileName();
        if (name == null) throw new IllegalArgumentException("the root directory is no file");
        return name.toString();
    }

    private final class Handle implements DiskFile {
        private final SimulatedFile file;
        private final boolean readOnly;
        private final int openedIn = run;
        private boolean closed;

        Handle(SimulatedFile file, boolean readOnly) {
            this.file = file;
            this.readOnly = readOnly;
            openFiles++;
            opened++;
        }

        private void usable(boolean writes) throws IOException {
            alive();
            if (closed || openedIn != run) throw new IOException("handle is closed");
            if (writes && readOnly) throw new IOException("handle is read-only");
        }

        @Override
        public long sizeBytes() throws IOException {
            synchronized (SimulatedDisk.this) {
                usable(false);
                return file.size();
            }
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                usable(false);
                return file.read(target, position);
            }
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            synchronized (SimulatedDisk.this) {
                usable(true);
                int length = source.remaining();
                if (operationsLeft == 1) {
                    writePart(source, position, random.nextInt(length + 1));
                    change();
                }
                change();
                if (failingWrites > 0) {
                    failingWrites--;
                    writePart(source, position, random.nextInt(length + 1));
                    throw new IOException("simulated input/output error");
                }
                if (errs()) return;
                if (isShort()) {
                    writePart(source, position, random.nextInt(Math.max(1, length)));
                    if (hidesFailures) return;
                    throw new IOException(any(OF_SPACE));
                }
                long growth = Math.max(0, position + length - file.size());
                if (capacityBytes != Long.MAX_VALUE && root.bytes() + growth > capacityBytes) {
                    long fits = length - Math.min(length, root.bytes() + growth - capacityBytes);
                    writePart(source, position, (int) fits);
                    throw new IOException(any(OF_FULL_DISK));
                }
                writePart(source, position, length);
            }
        }

        private void writePart(ByteBuffer source, long position, int count) {
            var bytes = new byte[count];
            source.get(bytes);
            file.write(bytes, Math.toIntExact(position), clock.millis());
        }

        @Override
        public void truncate(long size) throws IOException {
            synchronized (SimulatedDisk.this) {
                usable(true);
                change();
                if (errs()) return;
                file.truncate(Math.toIntExact(size), clock.millis());
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (SimulatedDisk.this) {
                usable(true);
                change();
                if (errs()) return;
                failForce();
                if (!lies) file.force();
            }
        }

        @Override
        public @Nullable FileChannel channel() {
            return null;
        }

        @Override
        public void close() {
            synchronized (SimulatedDisk.this) {
                if (!closed && openedIn == run) openFiles--;
                closed = true;
            }
        }
    }

    /// For messages of failed tests.
    public synchronized List<String> listing() {
        var lines = new ArrayList<String>();
        root.describe("", lines);
        return lines;
    }
}
