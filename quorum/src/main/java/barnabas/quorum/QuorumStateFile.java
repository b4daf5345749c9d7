package barnabas.quorum;

import barnabas.base.Disk;
import barnabas.base.DiskFile;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.raft.ElectionState;
import org.apache.kafka.raft.QuorumStateStore;
import org.apache.kafka.raft.generated.QuorumStateData;
import org.apache.kafka.raft.generated.QuorumStateDataJsonConverter;
import org.apache.kafka.server.common.KRaftVersion;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The file `quorum-state` in Kafka's format: JSON with the epoch, its leader, and whom this node has voted for
/// in it. It is on disk before a vote leaves the node.
final class QuorumStateFile implements QuorumStateStore {
    static final String FILE_NAME = "quorum-state";
    private static final String VERSION = "data_version";
    private static final int BYTES_MAX = 1 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(QuorumStateFile.class);

    private final int nodeId;
    private final Path directory;
    private final Path path;
    private final LogSpace space;
    private final Disk disk;
    private final ObjectMapper json = new ObjectMapper();

    /// @param directory of the metadata log
    QuorumStateFile(int nodeId, Path directory, LogSpace space, Disk disk) {
        this.nodeId = nodeId;
        this.directory = directory;
        this.path = directory.resolve(FILE_NAME);
        this.space = space;
        this.disk = disk;
    }

    @Override
    public Optional<ElectionState> readElectionState() {
        try {
            if (!disk.exists(path)) return Optional.empty();
            ByteBuffer bytes = disk.readWhole(path, BYTES_MAX)
                    .orElseThrow(() -> new IOException(path + " is larger than " + BYTES_MAX + " bytes"));
            var node = json.readTree(StandardCharsets.UTF_8.decode(bytes).toString());
            if (!(node instanceof ObjectNode object) || !object.path(VERSION).canConvertToInt()) {
                throw new IOException(path + " is no quorum state: it has no " + VERSION);
            }
            short version = (short) object.remove(VERSION).intValue();
            QuorumStateData data = QuorumStateDataJsonConverter.read(object, version);
            return Optional.of(ElectionState.fromQuorumStateData(forgetOwnLostVote(data)));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(
                    damaged("no JSON at character " + e.getLocation().getCharOffset(), e));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            throw new UncheckedIOException(damaged(String.valueOf(e.getMessage()), e));
        }
    }

    private IOException damaged(String problem, Exception cause) {
        return new IOException(
                path + " is damaged: " + problem + ". It holds this node's vote: restore the file, or go on as with a"
                        + " disk that is lost (docs/cluster.md)",
                cause);
    }

    /// A node that voted for itself and then followed the winner of the same epoch would come back as a candidate of an
    /// epoch that has a leader, and end itself there.
    private QuorumStateData forgetOwnLostVote(QuorumStateData data) {
        if (data.votedId() != nodeId || data.leaderId() < 0 || data.leaderId() == nodeId) return data;
        LOG.info(
                "Epoch {} is led by {}: the vote of this node for itself is over", data.leaderEpoch(), data.leaderId());
        return data.setVotedId(-1).setVotedDirectoryId(Uuid.ZERO_UUID);
    }

    @Override
    public void writeElectionState(ElectionState state, KRaftVersion version) {
        short dataVersion = version.quorumStateVersion();
        var node = (ObjectNode) QuorumStateDataJsonConverter.write(state.toQuorumStateData(dataVersion), dataVersion);
        node.put(VERSION, dataVersion);
        try {
            byte[] bytes = json.writeValueAsBytes(node);
            LogSpace.Change change = () -> replace(bytes);
            boolean _ = space.await(change.asStep());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void replace(byte[] bytes) throws IOException {
        Path temporary = path.resolveSibling(FILE_NAME + ".tmp");
        disk.delete(temporary);
        try (DiskFile file = disk.open(temporary)) {
            file.write(ByteBuffer.wrap(bytes), 0);
            file.force();
        }
        disk.rename(temporary, path);
        disk.forceDirectory(directory);
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public void clear() {
        try {
            for (Path each : List.of(path, path.resolveSibling(FILE_NAME + ".tmp"))) disk.delete(each);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
