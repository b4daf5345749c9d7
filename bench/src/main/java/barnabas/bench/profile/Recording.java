package barnabas.bench.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/// Reads the CPU samples of a flight recording into a stack tree.
///
/// `jdk.CPUTimeSample` (JDK 25, Linux) is weighted by the CPU time that it stands for and also sees threads in native
/// code and system calls; without it, `jdk.ExecutionSample` and `jdk.NativeMethodSample` count one each.
final class Recording {
    private static final String CPU_TIME = "jdk.CPUTimeSample";

    private Recording() {}

    static StackTree read(Path file) throws IOException {
        StackTree byCpuTime = new StackTree();
        StackTree byCount = new StackTree();
        try (RecordingFile recording = new RecordingFile(file)) {
            while (recording.hasMoreEvents()) {
                RecordedEvent event = recording.readEvent();
                RecordedStackTrace stack = event.getStackTrace();
                switch (event.getEventType().getName()) {
                    case CPU_TIME -> {
                        if (stack != null && !event.getBoolean("failed")) {
                            Duration period = event.getDuration("samplingPeriod");
                            byCpuTime.add(frames(stack), (double) period.toNanos());
                        }
                    }
                    case "jdk.ExecutionSample", "jdk.NativeMethodSample" -> {
                        if (stack != null) {
                            byCount.add(frames(stack), 1);
                        }
                    }
                    default -> {}
                }
            }
        }
        return byCpuTime.root().total() > 0 ? byCpuTime : byCount;
    }

    /// From the outermost frame inwards. Numbers that the JVM gives to hidden classes are left out, so that the same
    /// code has the same name in every run.
    private static List<String> frames(RecordedStackTrace stack) {
        List<String> frames = new ArrayList<>();
        for (RecordedFrame frame : stack.getFrames().reversed()) {
            RecordedMethod method = frame.getMethod();
            if (method != null) {
                String type = method.getType().getName().replaceAll("(\\$\\$Lambda|LambdaForm\\$[A-Z]+).*", "$1");
                frames.add(type + "." + method.getName());
            }
        }
        return frames;
    }
}
