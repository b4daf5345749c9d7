package barnabas.mirror;

import barnabas.base.Mutex;
import barnabas.broker.mirrors.MirrorNode;
import barnabas.broker.mirrors.MirrorService;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.image.ClusterImage;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// All mirrors of this broker, each with threads of its own: a source that hangs holds up no other mirror.
///
/// Owner: the thread `mirrors`, which starts and ends them; images only wake it.
final class RunningMirrors implements MirrorService {
    private static final long LOOK_NANOS = 1_000_000_000L;

    private final MirrorNode node;
    private final Thread thread;
    private final Mutex changing = new Mutex();
    /// Guarded by `changing`.
    private final Map<String, MirrorRun> runs = new HashMap<>();

    private volatile Map<String, String> problems = Map.of();
    private volatile boolean woken;
    private volatile boolean closed;

    RunningMirrors(MirrorNode node) {
        this.node = node;
        this.thread = node.threads().start("mirrors", this::run);
    }

    @Override
    public void changed() {
        woken = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            woken = false;
            ClusterImage image = node.metadata().current();
            keepProducerIds(image);
            MirrorDefinition.All wanted =
                    MirrorDefinition.of(image.configs(new ConfigResource(ConfigResource.Type.BROKER, "")));
            match(wanted);
            giveBack(image, wanted);
            if (!woken) node.clock().parkUntil(this, node.clock().nanos() + LOOK_NANOS);
        }
    }

    /// Ids of producers that a mirror has copied are given out no more.
    private void keepProducerIds(ClusterImage image) {
        for (ConfigResource each : image.configuredResources(ConfigResource.Type.TOPIC)) {
            String floor = image.configs(each).get(MirrorTopic.PRODUCER_ID_MIN);
            if (floor != null) node.producerIdFloor().accept(Long.parseLong(floor.trim()));
        }
    }

    /// Takes back claims of mirrors that were deleted or cannot be used: nothing else ends them, and a claimed topic
    /// takes no records.
    private void giveBack(ClusterImage image, MirrorDefinition.All wanted) {
        for (ConfigResource each : image.configuredResources(ConfigResource.Type.TOPIC)) {
            String mirror = image.configs(each).get(MirrorTopic.MIRROR);
            if (mirror == null || wanted.usable().containsKey(mirror)) continue;
            var context = new MirrorContext(mirror, node);
            if (context.coordinates()) new ClaimSteps(context).giveBack(each.name());
        }
    }

    private void match(MirrorDefinition.All wanted) {
        problems = wanted.problems();
        try (var _ = changing.hold()) {
            if (closed) return;
            runs.entrySet().removeIf(each -> {
                boolean goes = !wanted.usable().containsKey(each.getKey());
                if (goes) each.getValue().close();
                return goes;
            });
            wanted.usable().forEach((name, definition) -> {
                MirrorRun run = runs.get(name);
                if (run == null) runs.put(name, new MirrorRun(definition, node).start());
                else run.changed(definition);
            });
        }
    }

    @Override
    public String status(String mirror) {
        MirrorRun run;
        try (var _ = changing.hold()) {
            run = runs.get(mirror);
        }
        if (run != null) return run.status();
        String problem = problems.get(mirror);
        return problem == null ? "" : new StatusText().problem(problem).end();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        thread.interrupt();
        try (var _ = changing.hold()) {
            runs.values().forEach(MirrorRun::close);
            runs.clear();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
