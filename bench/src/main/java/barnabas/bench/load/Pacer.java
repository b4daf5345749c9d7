package barnabas.bench.load;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.locks.LockSupport;

/// Waits until a point in monotonic time: sleeps while that is far, spins for the last stretch.
///
/// Linux lets a sleeping thread oversleep by its timer slack, 50 microseconds by default; a load generator wants
/// less, so a pacing thread asks for a nanosecond.
final class Pacer {
    private static final int PR_SET_TIMERSLACK = 29;
    private static final long SPIN_NANOS = 20_000;

    private Pacer() {}

    /// Makes the calling thread's sleeps exact. Has to run on that thread.
    @SuppressWarnings("restricted") // the one way to prctl
    static void sharpen() {
        try {
            Linker linker = Linker.nativeLinker();
            MethodHandle prctl = linker.downcallHandle(
                    linker.defaultLookup().find("prctl").orElseThrow(),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_LONG),
                    Linker.Option.firstVariadicArg(1));
            int result = (int) prctl.invokeExact(PR_SET_TIMERSLACK, 1L, 0L, 0L, 0L);
            if (result != 0) {
                System.err.println("bench: timer slack stays at the kernel's default");
            }
        } catch (Throwable e) {
            throw new IllegalStateException("prctl is not there", e);
        }
    }

    static void await(long nanoTime) {
        while (true) {
            long left = nanoTime - System.nanoTime();
            if (left <= 0) {
                return;
            }
            if (left > SPIN_NANOS) {
                LockSupport.parkNanos(left - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
    }
}
