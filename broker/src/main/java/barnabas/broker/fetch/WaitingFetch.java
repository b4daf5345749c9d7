package barnabas.broker.fetch;

import barnabas.broker.request.Call;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// A fetch that waits on its connection's event loop for records or for its timeout. It has no thread of its own:
/// an append makes the loop look again, and mostly it is the loop that appended.
///
/// Owner: the event loop; only [#wake] comes from other threads.
public final class WaitingFetch {
    private final Fetch fetch;
    private final Call call;
    /// A look is on its way; one does for any number of moves.
    private final AtomicBoolean woken = new AtomicBoolean();

    private @Nullable Future<?> patience;
    private boolean over;
    private boolean counted;

    private WaitingFetch(Fetch fetch, Call call) {
        this.fetch = fetch;
        this.call = call;
    }

    /// Answers `call` when there is enough, or when its client waits no longer. On the event loop.
    public static void begin(Fetch fetch, Call call) {
        var waiting = new WaitingFetch(fetch, call);
        call.slot().onConnectionClosed(waiting::answer);
        if (waiting.over) return; // the connection was closed before
        if (waiting.proceed(fetch.watch(waiting::wake))) return;
        waiting.counted = true;
        fetch.waits().begin();
        waiting.patience = call.connection().onLoopAfter(fetch.patienceNanos(), waiting::expire);
    }

    /// Answers `call` after the disk has been waited for, on a virtual thread.
    public static void onDisk(Fetch fetch, Call call) {
        call.slot().onConnectionClosed(fetch::cancel);
        answerLater(fetch, call);
    }

    private static void answerLater(Fetch fetch, Call call) {
        call.later(() -> {
            try {
                fetch.await();
                return fetch.response();
            } finally {
                fetch.end();
            }
        });
    }

    private void wake() {
        if (woken.compareAndSet(false, true)) call.connection().onLoop(this::look);
    }

    private void look() {
        woken.set(false);
        if (over) return;
        call.attempt(() -> {
            boolean looked = false;
            try {
                boolean _ = proceed(fetch.lookAgain());
                looked = true;
            } finally {
                if (!looked) abandon();
            }
        });
    }

    /// A look that failed: the client waits no longer.
    private void abandon() {
        if (!over) finish();
        fetch.end();
    }

    /// True when there is nothing more to wait for here.
    private boolean proceed(Fetch.Look look) {
        switch (look) {
            case ENOUGH -> answer();
            case OLD_RECORDS -> {
                finish();
                answerLater(fetch, call);
            }
            case NOT_YET -> {
                return false;
            }
        }
        return true;
    }

    private void expire() {
        if (!over) fetch.waits().expire();
        answer();
    }

    private void answer() {
        // The virtual thread that took over is notified of the closed connection.
        if (over) fetch.cancel();
        else {
            finish();
            call.answer(fetch.response());
        }
    }

    private void finish() {
        over = true;
        if (counted) fetch.waits().end();
        counted = false;
        if (patience != null) patience.cancel(false);
        fetch.unwatch();
    }
}
