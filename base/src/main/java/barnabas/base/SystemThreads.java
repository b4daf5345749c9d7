package barnabas.base;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The threads of this JVM.
final class SystemThreads implements Threads {
    private static final long IDLE_SECONDS_MAX = 30;

    private final Failure failure;

    SystemThreads(Failure failure) {
        this.failure = failure;
    }

    private void uncaught(Thread thread, Throwable cause) {
        fail(thread.getName(), cause);
    }

    /// One task among many: the node survives what is not fatal, and the JVM prints it.
    private void uncaughtOfTask(Thread thread, Throwable cause) {
        if (Failure.isFatal(cause)) fail(thread.getName(), cause);
        else Failure.UNCAUGHT.failed(thread.getName(), cause);
    }

    @Override
    public Thread start(String name, Runnable work) {
        return Thread.ofPlatform()
                .name(name)
                .uncaughtExceptionHandler(this::uncaught)
                .start(work);
    }

    @Override
    public ExecutorService perTask(String name) {
        return Executors.newThreadPerTaskExecutor(Thread.ofVirtual()
                .name(name)
                .uncaughtExceptionHandler(this::uncaughtOfTask)
                .factory());
    }

    @Override
    public ExecutorService pool(String name, int threadsMax) {
        var pool = new ThreadPoolExecutor(
                threadsMax,
                threadsMax,
                IDLE_SECONDS_MAX,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform()
                        .name(name + "-", 0)
                        .daemon()
                        .uncaughtExceptionHandler(this::uncaught)
                        .factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @Override
    public ThreadFactory loops(ThreadFactory makes) {
        return loop -> {
            Thread thread = makes.newThread(loop);
            thread.setUncaughtExceptionHandler(this::uncaught);
            return thread;
        };
    }

    @Override
    public void fail(String what, Throwable cause) {
        failure.failed(what, cause);
    }
}
