package barnabas.coordination;

import barnabas.base.Clock;
import java.util.PriorityQueue;

/// One daemon thread that sleeps until the earliest alarm. Idle shards cost it nothing.
public final class ThreadAlarm implements Alarm {
    private record Entry(long ticks, Runnable wake) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            return Long.compare(ticks, other.ticks);
        }
    }

    private final Clock clock;
    private final Thread thread;
    private final Object lock = new Object();
    private final PriorityQueue<Entry> entries = new PriorityQueue<>(); // guarded by lock
    private boolean closed; // guarded by lock

    public ThreadAlarm(String name, Clock clock) {
        this.clock = clock;
        this.thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    @Override
    public void wakeAt(long ticks, Runnable wake) {
        synchronized (lock) {
            if (closed) return;
            Entry first = entries.peek();
            entries.add(new Entry(ticks, wake));
            if (first == null || ticks < first.ticks) lock.notifyAll();
        }
    }

    private void run() {
        while (true) {
            Runnable wake;
            synchronized (lock) {
                while (true) {
                    if (closed) return;
                    Entry first = entries.peek();
                    long waitMillis = first == null ? 0 : first.ticks - clock.nanos() / 1_000_000;
                    if (first != null && waitMillis <= 0) {
                        wake = entries.remove().wake;
                        break;
                    }
                    try {
                        lock.wait(waitMillis);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            }
            wake.run();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            entries.clear();
            lock.notifyAll();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
    }
}
