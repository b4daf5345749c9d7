package barnabas.metadata.mutations;

import static org.assertj.core.api.Assertions.assertThat;

import barnabas.metadata.decision.Refusal;
import barnabas.metadata.maps.PersistentMap;
import barnabas.metadata.quotas.QuotaEntity;
import barnabas.protocol.ErrorCode;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Quotas of partitions, by a clock of the test's own. The numbers are those of Apache Kafka 4.4.
class MutationRatesTest {
    private static final int STRICT_SINCE = 6;
    private static final short STRICT = 6;
    private static final short PERMISSIVE = 5;
    private static final int BURST = 11;

    private static final PersistentMap<QuotaEntity, SortedMap<String, Double>> ONE_A_SECOND =
            PersistentMap.<QuotaEntity, SortedMap<String, Double>>empty()
                    .with(
                            new QuotaEntity(List.of(new QuotaEntity.Part(QuotaEntity.CLIENT_ID, null))),
                            new TreeMap<>(Map.of(MutationRates.KEY, 1.0)));

    private final MutationRates rates = new MutationRates(BURST);

    private MutationQuota quota(String client, short version, long millis) {
        var requester = new Requester("alice", InetAddress.getLoopbackAddress(), client, version, false);
        return rates.of(new Asking(requester, millis * 1_000_000, millis), ONE_A_SECOND, STRICT_SINCE);
    }

    private static ErrorCode outcome(MutationQuota quota, int partitions) {
        Refusal refusal = quota.take(partitions);
        return refusal == null ? ErrorCode.NONE : refusal.error();
    }

    @Test
    void aStrictClientMayExceedOnceAndIsRefusedUntilItOwesNothing() {
        MutationQuota first = quota("app", STRICT, 0);
        assertThat(outcome(first, 13)).isEqualTo(ErrorCode.NONE);
        assertThat(first.throttleMillis()).isZero();
        // in the same request too
        assertThat(outcome(first, 1)).isEqualTo(ErrorCode.THROTTLING_QUOTA_EXCEEDED);
        assertThat(first.throttleMillis()).isEqualTo(2_000);
        MutationQuota second = quota("app", STRICT, 1_500);
        assertThat(outcome(second, 1)).isEqualTo(ErrorCode.THROTTLING_QUOTA_EXCEEDED);
        assertThat(second.throttleMillis()).isEqualTo(500);
        assertThat(outcome(quota("app", STRICT, 2_000), 1)).isEqualTo(ErrorCode.NONE);
        assertThat(outcome(quota("other", STRICT, 2_000), 11)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void anOlderClientHasAllDoneAndWaits() {
        MutationQuota quota = quota("app", PERMISSIVE, 0);
        assertThat(outcome(quota, 13)).isEqualTo(ErrorCode.NONE);
        assertThat(outcome(quota, 5)).isEqualTo(ErrorCode.NONE);
        assertThat(quota.throttleMillis()).isEqualTo(7_000);
    }

    @Test
    void nodesAndClientsWithoutALimitMayDoAll() {
        MutationQuota node = rates.of(new Asking(Requester.NODE, 0, 0), ONE_A_SECOND, STRICT_SINCE);
        assertThat(node).isSameAs(MutationQuota.NONE);
        assertThat(outcome(node, Integer.MAX_VALUE)).isEqualTo(ErrorCode.NONE);
        var requester = new Requester("alice", InetAddress.getLoopbackAddress(), "app", STRICT, false);
        assertThat(rates.of(new Asking(requester, 0, 0), PersistentMap.empty(), STRICT_SINCE))
                .isSameAs(MutationQuota.NONE);
    }

    @Test
    void clientsOfEndlessNamesAreBounded() {
        for (int i = 0; i < MutationRates.RATES_MAX + 1_000; i++) outcome(quota("app" + i, STRICT, 500), 1);
        assertThat(rates.rates()).isEqualTo(MutationRates.RATES_MAX + 1);
        // What owes nothing makes room.
        outcome(quota("later", STRICT, 60_000), 1);
        assertThat(rates.rates()).isEqualTo(1);
    }
}
