package barnabas.replication;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/// A list of watchers that is copied with every change and read without a lock.
final class Watchers {
    private static final PartitionWatcher[] NOBODY = {};
    private static final VarHandle ALL;

    static {
        try {
            ALL = MethodHandles.lookup().findVarHandle(Watchers.class, "all", PartitionWatcher[].class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private volatile PartitionWatcher[] all = NOBODY;

    void add(PartitionWatcher watcher) {
        PartitionWatcher[] before;
        PartitionWatcher[] after;
        do {
            before = all;
            after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = watcher;
        } while (!ALL.compareAndSet(this, before, after));
    }

    void remove(PartitionWatcher watcher) {
        PartitionWatcher[] before;
        PartitionWatcher[] after;
        do {
            before = all;
            int at = Arrays.asList(before).indexOf(watcher);
            if (at < 0) return;
            after = before.length == 1 ? NOBODY : new PartitionWatcher[before.length - 1];
            System.arraycopy(before, 0, after, 0, at);
            System.arraycopy(before, at + 1, after, at, before.length - at - 1);
        } while (!ALL.compareAndSet(this, before, after));
    }

    void wake(Partition moved) {
        for (PartitionWatcher watcher : all) watcher.moved(moved);
    }
}
