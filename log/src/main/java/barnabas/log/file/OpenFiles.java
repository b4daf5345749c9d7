package barnabas.log.file;

import barnabas.base.Disk;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The files that a broker's logs hold open. Files open when they are used; above the limit those that have been
/// unused longest are closed. Thread-safe.
public final class OpenFiles {
    private final Disk disk;
    private final int openMax;
    private final Set<LazyFile> open = ConcurrentHashMap.newKeySet();
    /// Counts openings: a clock for "unused longest" that costs nothing while no file is opened.
    private final AtomicLong openings = new AtomicLong();

    private record Aged(LazyFile file, long lastUse) {}

    public OpenFiles(Disk disk, int openMax) {
        this.disk = disk;
        this.openMax = openMax;
    }

    Disk disk() {
        return disk;
    }

    public int count() {
        return open.size();
    }

    /// True when more files are in use than may be open: closing what is unused has not helped.
    boolean isShort() {
        return open.size() > openMax;
    }

    long now() {
        return openings.get();
    }

    void opened(LazyFile file) {
        openings.incrementAndGet();
        open.add(file);
        if (open.size() > openMax) closeUnused();
    }

    void closed(LazyFile file) {
        open.remove(file);
    }

    private void closeUnused() {
        // ages as of one moment: they change while files are sorted
        var byAge = new ArrayList<Aged>();
        for (var file : open) byAge.add(new Aged(file, file.lastUse()));
        byAge.sort(Comparator.comparingLong(Aged::lastUse));
        // an eighth at once, so that not every opening has to sort
        int excess = open.size() - openMax + openMax / 8;
        for (var each : byAge) {
            if (excess <= 0) return;
            if (each.file().closeIfUnused()) excess--;
        }
    }
}
