package barnabas.log.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import barnabas.base.ManualClock;
import barnabas.base.SimulatedDisk;
import barnabas.log.file.LazyFile;
import barnabas.log.file.OpenFiles;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// Entries that wait in memory, and a disk without space when they are written.
class IndexFileTest {
    private static final Path FILE = Path.of("/x.index");

    private final SimulatedDisk disk = new SimulatedDisk(1, new ManualClock(0));

    private OffsetIndex open() {
        return new OffsetIndex(new LazyFile(new OpenFiles(disk, 10), FILE), 0);
    }

    /// Half of the entries reach the file, and some of them are cut before there is space: the next run must not find
    /// them there.
    @Test
    void entriesThatAreCutAfterAFailedWriteAreNotThereAtTheNextStart() throws IOException {
        for (int kept = 0; kept <= 20; kept++) {
            if (disk.exists(FILE)) disk.delete(FILE);
            var index = open();
            for (int i = 0; i < 10; i++) index.add(i, i * 100);
            index.flush();
            for (int i = 10; i < 20; i++) index.add(i, i * 100);
            disk.capacity(disk.bytes() + 43);
            assertThatThrownBy(index::flush).isInstanceOf(IOException.class);
            disk.capacity(Long.MAX_VALUE);
            index.cut(kept);
            if (index.hasTail()) index.flush();
            assertThat(index.entries()).isEqualTo(kept);
            var again = open();
            assertThat(again.entries()).as("%d kept", kept).isEqualTo(kept);
            for (int i = 0; i < kept; i++) assertThat(again.at(i)).isEqualTo(new OffsetIndex.Entry(i, i * 100));
        }
    }
}
