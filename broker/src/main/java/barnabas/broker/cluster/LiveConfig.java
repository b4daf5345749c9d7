package barnabas.broker.cluster;

import barnabas.config.BrokerConfig;
import barnabas.config.TopicConfig;
import barnabas.config.TopicConfigs;
import barnabas.config.dynamic.ConfigResource;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.image.ImageDelta;
import java.util.List;
import java.util.Map;

/// The configuration that counts right now: the file's, with what operators changed since.
///
/// Owner: the thread that applies cluster images writes, all threads read.
public final class LiveConfig {
    private final BrokerConfig file;
    private volatile BrokerConfig current;

    public LiveConfig(BrokerConfig file) {
        this.file = file;
        this.current = file;
    }

    public BrokerConfig current() {
        return current;
    }

    /// Takes over the dynamic values of this broker and of all brokers.
    void refresh(ClusterImage image) {
        current = of(file, image);
    }

    /// The configuration of a node with the dynamic values of an image.
    public static BrokerConfig of(BrokerConfig file, ClusterImage image) {
        return file.withDynamic(
                image.configs(ConfigResource.BROKER_DEFAULT),
                image.configs(ConfigResource.broker(file.node().nodeId())));
    }

    /// Takes over what was altered, for nodes of a cluster. A controller's listeners, pages and limits stay as its file
    /// has them. See [ReplicaChanges] for a node alone.
    public void changed(ImageDelta delta) {
        if (!dynamic(delta.before()).equals(dynamic(delta.after()))) refresh(delta.after());
    }

    private List<Map<String, String>> dynamic(ClusterImage image) {
        return List.of(
                image.configs(ConfigResource.BROKER_DEFAULT),
                image.configs(ConfigResource.broker(file.node().nodeId())));
    }

    public TopicConfig topic(ClusterImage image, String name) {
        return TopicConfigs.effective(image.configs(ConfigResource.topic(name)), current);
    }
}
