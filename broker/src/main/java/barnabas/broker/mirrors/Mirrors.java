package barnabas.broker.mirrors;

import barnabas.base.Mutex;
import barnabas.config.dynamic.ConfigEntry;
import barnabas.config.dynamic.ConfigResource;
import barnabas.config.keys.OpenNames;
import barnabas.metadata.MetadataListener;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.ImageDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Loads the mirrors of this broker when the cluster has the first one.
///
/// Owner: the thread that delivers images.
public final class Mirrors implements MetadataListener, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Mirrors.class);

    /// A setting that DescribeConfigs answers when it is asked for by name, with `.` and the mirror's name behind it.
    public static final String STATUS = "barnabas.mirror.status";

    private final MirrorNode node;
    private final Mutex changing = new Mutex();
    private volatile @Nullable MirrorService service;
    private boolean missing;
    private boolean closed;

    public Mirrors(MirrorNode node) {
        this.node = node;
    }

    @Override
    public void changed(ImageDelta delta) {
        MirrorService present = service;
        if (present == null) {
            if (!hasMirror(delta.after())) return;
            present = open();
        }
        if (present != null) present.changed();
    }

    private static boolean hasMirror(ClusterImage image) {
        SortedMap<String, String> configs = image.configs(new ConfigResource(ConfigResource.Type.BROKER, ""));
        if (configs.isEmpty()) return false;
        SortedMap<String, String> from = configs.tailMap(OpenNames.MIRROR);
        return !from.isEmpty() && from.firstKey().startsWith(OpenNames.MIRROR);
    }

    private @Nullable MirrorService open() {
        try (var _ = changing.hold()) {
            if (closed || missing) return null;
            var found = ServiceLoader.load(MirrorModule.class, MirrorModule.class.getClassLoader())
                    .findFirst();
            if (found.isEmpty()) {
                missing = true;
                LOG.warn("The cluster has mirrors, and this process has no module for them: they stand still");
                return null;
            }
            MirrorService opened = found.get().open(node);
            service = opened;
            return opened;
        }
    }

    /// Progress of mirrors' partitions that this broker leads, of those that a client asks for by name.
    ///
    /// @param names each [#STATUS], a dot and a mirror's name, or something else; null for all settings but these
    public List<ConfigEntry> described(@Nullable List<String> names) {
        MirrorService present = service;
        if (present == null || names == null) return List.of();
        var entries = new ArrayList<ConfigEntry>();
        for (String each : names) {
            if (!each.startsWith(STATUS + ".")) continue;
            String status = present.status(each.substring(STATUS.length() + 1));
            if (!status.isEmpty()) entries.add(ConfigEntry.status(each, status));
        }
        return entries;
    }

    @Override
    public void close() {
        MirrorService present;
        try (var _ = changing.hold()) {
            closed = true;
            present = service;
            service = null;
        }
        if (present != null) present.close();
    }
}
