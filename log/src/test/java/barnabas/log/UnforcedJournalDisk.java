package barnabas.log;

import barnabas.base.Disk;
import barnabas.base.DiskFile;
import barnabas.base.ForwardingDisk;
import barnabas.base.ForwardingFile;
import java.io.IOException;
import java.nio.file.Path;

/// A planted bug: the journal's groups are acknowledged without being forced.
final class UnforcedJournalDisk extends ForwardingDisk {
    UnforcedJournalDisk(Disk real) {
        super(real);
    }

    @Override
    public DiskFile open(Path file) throws IOException {
        var opened = super.open(file);
        return file.toString().contains("barnabas-journal") ? new Unforced(opened) : opened;
    }

    private static final class Unforced extends ForwardingFile {
        Unforced(DiskFile real) {
            super(real);
        }

        @Override
        public void force() {}
    }
}
