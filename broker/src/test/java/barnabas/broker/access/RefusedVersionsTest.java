package barnabas.broker.access;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.broker.GuardedBroker;
import barnabas.broker.access.Samples.Sample;
import barnabas.broker.request.Api;
import barnabas.broker.request.BlockingApi;
import barnabas.broker.request.Need;
import barnabas.protocol.ApiKey;
import barnabas.protocol.MessageReader;
import barnabas.protocol.RequestMessage;
import barnabas.protocol.ResponseMessage;
import barnabas.protocol.UnsupportedFieldException;
import barnabas.protocol.message.CreateDelegationTokenRequest;
import barnabas.protocol.message.DescribeGroupsRequest;
import barnabas.protocol.message.InitProducerIdRequest;
import barnabas.protocol.message.LeaveGroupRequest;
import barnabas.protocol.message.Messages;
import barnabas.protocol.message.MetadataRequest;
import barnabas.protocol.message.UpdateFeaturesRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Refusals in every version of every API: a refusal that cannot be written in a version closes the connection of a
/// client that has to be told why.
class RefusedVersionsTest {
    @TempDir
    Path data;

    private GuardedBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = GuardedBroker.start(data, Map.of());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    /// Of a client without any right.
    @Test
    void eachVersionIsAnsweredToAClientWithoutRights() throws Exception {
        var closed = new TreeSet<String>();
        var asked = new TreeMap<ApiKey, Set<Integer>>();
        for (Sample each : samples()) {
            Api<?> api = api(each.key());
            for (int version = each.key().lowestVersion(); version <= api.highestVersion(); version++) {
                if (!isWritable(each.request(), version)) continue;
                asked.computeIfAbsent(each.key(), _ -> new TreeSet<>()).add(version);
                if (broker.ask("ALICE", each.key(), version, each.request()) == null)
                    closed.add(each.key() + " " + version);
            }
        }
        assertThat(closed).isEmpty();
        assertThat(notAsked(asked)).isEmpty();
    }

    /// With requests that lack what the oldest versions cannot say.
    private static List<Sample> samples() {
        var samples = new ArrayList<Sample>(Samples.all());
        samples.add(new Sample(ApiKey.METADATA, 0, MetadataRequest.builder().build()));
        samples.add(new Sample(
                ApiKey.LEAVE_GROUP,
                0,
                LeaveGroupRequest.builder().groupId("g").memberId("m").build()));
        samples.add(new Sample(ApiKey.DESCRIBE_GROUPS, 0, new DescribeGroupsRequest(List.of("g"), false)));
        samples.add(new Sample(
                ApiKey.INIT_PRODUCER_ID,
                0,
                InitProducerIdRequest.builder().transactionalId("t").build()));
        samples.add(new Sample(
                ApiKey.CREATE_DELEGATION_TOKEN,
                1,
                CreateDelegationTokenRequest.builder().build()));
        samples.add(new Sample(
                ApiKey.UPDATE_FEATURES, 0, UpdateFeaturesRequest.builder().build()));
        return samples;
    }

    private List<String> notAsked(Map<ApiKey, Set<Integer>> asked) {
        var missing = new ArrayList<String>();
        for (Api<?> api : broker.apis()) {
            if (api.needs() instanceof Need.Nothing) continue;
            Set<Integer> versions = asked.getOrDefault(api.key(), Set.of());
            for (int version = api.key().lowestVersion(); version <= api.highestVersion(); version++)
                if (!versions.contains(version)) missing.add(api.key() + " " + version);
        }
        return missing;
    }

    /// While too many requests wait.
    @Test
    void eachVersionCanBeRefusedWhileTooMuchWaits() {
        int refused = 0;
        for (Sample each : samples())
            if (api(each.key()) instanceof BlockingApi<?> blocking)
                for (int version = each.key().lowestVersion(); version <= blocking.highestVersion(); version++) {
                    if (!isWritable(each.request(), version)) continue;
                    ResponseMessage refusal = busy(blocking, each.request());
                    if (refusal == null) continue;
                    refused++;
                    var reader = new MessageReader(refusal.toBuffer((short) version));
                    assertThat(Messages.readResponse(each.key(), reader, (short) version))
                            .as(each.key() + " " + version)
                            .isNotNull();
                }
        assertThat(refused).isPositive();
    }

    @SuppressWarnings("unchecked")
    private static <R extends RequestMessage> ResponseMessage busy(BlockingApi<R> api, RequestMessage request) {
        return api.busy((R) request, null);
    }

    private Api<?> api(ApiKey key) {
        return broker.apis().stream()
                .filter(each -> each.key() == key)
                .findFirst()
                .orElseThrow();
    }

    private static boolean isWritable(RequestMessage request, int version) {
        try {
            return request.toBuffer((short) version) != null;
        } catch (UnsupportedFieldException e) {
            return false;
        }
    }
}
