package barnabas.sim;

import barnabas.base.Disk;
import barnabas.base.DiskFile;
import barnabas.base.ForwardingDisk;
import barnabas.base.ForwardingFile;
import barnabas.base.SimulatedCrash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;

/// The disk as one run of a node sees it. The process ends where the simulated machine stops, in the middle of the
/// operation: nothing of the node sees an exception.
final class NodeDisk extends ForwardingDisk {
    private static final int LOST_WRITE_ONE_IN = 40;

    private final SimulatedProcess process;
    private final SplittableRandom random;
    private final Plant plant;

    NodeDisk(Disk disk, SimulatedProcess process, SplittableRandom random, Plant plant) {
        super(disk);
        this.process = process;
        this.random = random;
        this.plant = plant;
    }

    @FunctionalInterface
    private interface Operation<T> {
        T run() throws IOException;
    }

    private <T> T on(Operation<T> operation) throws IOException {
        try {
            return operation.run();
        } catch (SimulatedCrash stopped) {
            process.endHere();
            throw stopped;
        }
    }

    private DiskFile wrapped(Path path, DiskFile file) {
        return new NodeFile(
                file, path.toString().endsWith(".log") && !path.toString().contains("__"));
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        return wrapped(file, on(() -> super.open(file)));
    }

    @Override
    public DiskFile openExisting(Path file) throws IOException {
        return wrapped(file, on(() -> super.openExisting(file)));
    }

    @Override
    public DiskFile openReadOnly(Path file) throws IOException {
        return wrapped(file, on(() -> super.openReadOnly(file)));
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        on(() -> {
            super.createDirectories(directory);
            return directory;
        });
    }

    @Override
    public void rename(Path source, Path target) throws IOException {
        boolean adopts = plant == Plant.DIRECTORY_IS_ADOPTED
                && target.toString().endsWith("-delete")
                && source.toString().contains("again");
        if (adopts) {
            on(() -> {
                super.delete(source.resolve("partition.metadata"));
                return target;
            });
            return;
        }
        on(() -> {
            super.rename(source, target);
            return target;
        });
    }

    @Override
    public void delete(Path path) throws IOException {
        on(() -> {
            super.delete(path);
            return path;
        });
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        on(() -> {
            super.forceDirectory(directory);
            return directory;
        });
    }

    private final class NodeFile extends ForwardingFile {
        private final boolean isLog;

        NodeFile(DiskFile real, boolean isLog) {
            super(real);
            this.isLog = isLog;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            if (plant == Plant.WRITE_IS_LOST && isLog && random.nextInt(LOST_WRITE_ONE_IN) == 0) {
                source.position(source.limit());
                return;
            }
            on(() -> {
                super.write(source, position);
                return source;
            });
        }

        @Override
        public void truncate(long sizeBytes) throws IOException {
            on(() -> {
                super.truncate(sizeBytes);
                return sizeBytes;
            });
        }

        @Override
        public void force() throws IOException {
            on(() -> {
                super.force();
                return true;
            });
        }
    }
}
