package barnabas.cluster.security;

import barnabas.base.Disk;
import barnabas.base.security.ScramMechanism;
import barnabas.broker.identity.ScramUsers;
import barnabas.broker.identity.TokenLogin;
import barnabas.metadata.access.ScramCredential;
import barnabas.metadata.image.ClusterImage;
import barnabas.metadata.log.BootstrapSnapshot;
import barnabas.protocol.Message;
import barnabas.protocol.metadata.RemoveUserScramCredentialRecord;
import barnabas.protocol.metadata.UserScramCredentialRecord;
import barnabas.quorum.QuorumMetadataLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Users of SCRAM on a controller's listener. Nodes have to log in there before the quorum has a leader, and so before
/// any node knows what is committed: until the image holds all that this node's log held when it was opened, users are
/// those of that log, whether committed or not. In an empty log they are those that the directory was formatted with.
public final class ControllerUsers implements ScramUsers {
    private final Supplier<@Nullable ClusterImage> image;
    private final Map<ScramCredential.Key, ScramCredential> first;
    private final long lastOffset;
    private final ScramUsers tokens;
    private volatile boolean caughtUp;

    /// @param lastOffset of the log's last record, -1 of an empty one
    /// @param tokens delegation tokens of the image
    ControllerUsers(
            Supplier<@Nullable ClusterImage> image,
            Map<ScramCredential.Key, ScramCredential> first,
            long lastOffset,
            ScramUsers tokens) {
        this.image = image;
        this.first = Map.copyOf(first);
        this.lastOffset = lastOffset;
        this.tokens = tokens;
    }

    /// Reads the log's users, before it is started.
    ///
    /// @param parent `metadata.log.dir`
    /// @param tokens delegation tokens of the image
    public static ControllerUsers of(
            QuorumMetadataLog log, Path parent, Disk disk, Supplier<@Nullable ClusterImage> image, ScramUsers tokens)
            throws IOException {
        var first = new HashMap<ScramCredential.Key, ScramCredential>();
        long last = log.visitOwnRecords(record -> take(record, first));
        if (last < 0)
            BootstrapSnapshot.read(parent, disk).ifPresent(records -> records.forEach(each -> take(each, first)));
        return new ControllerUsers(image, first, last, tokens);
    }

    private static void take(Message record, Map<ScramCredential.Key, ScramCredential> users) {
        if (record instanceof UserScramCredentialRecord added)
            users.put(new ScramCredential.Key(added.name(), added.mechanism()), ScramCredential.of(added));
        else if (record instanceof RemoveUserScramCredentialRecord removed)
            users.remove(new ScramCredential.Key(removed.name(), removed.mechanism()));
    }

    /// As in Kafka, for clients of brokers and of controllers; there is none before the image.
    @Override
    public Optional<TokenLogin> token(String id, ScramMechanism mechanism) {
        return image.get() == null ? Optional.empty() : tokens.token(id, mechanism);
    }

    @Override
    public Optional<ScramCredential> find(ScramCredential.Key key) {
        ClusterImage present = image.get();
        if (!caughtUp && present != null) {
            boolean begun = !present.features().finalized().isEmpty();
            caughtUp = begun && present.position().offset() >= lastOffset;
        }
        return caughtUp && present != null ? present.access().scram().get(key) : Optional.ofNullable(first.get(key));
    }
}
