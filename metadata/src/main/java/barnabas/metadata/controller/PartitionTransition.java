package barnabas.metadata.controller;

import barnabas.metadata.image.PartitionImage;
import barnabas.protocol.Uuid;
import barnabas.protocol.metadata.PartitionChangeRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// The next state of a partition when brokers come or go: who is in sync, who is eligible, who leads (KIP-966 for
/// eligible leader replicas). Used once.
///
/// A leader stays as long as it can. Otherwise the first replica that can lead does: one in sync, else one that is
/// eligible (it has everything below the high watermark), else the last known leader if it is alone, and only where it
/// is allowed any other, at the price of records (an unclean election).
final class PartitionTransition {
    private static final int NO_CHANGE = -2;
    private static final byte NO_RECOVERY_CHANGE = -1;
    private static final byte RECOVERING = 1;

    private final PartitionImage before;
    private final Uuid topicId;
    /// Brokers that can lead: registered, not fenced, not shutting down.
    private final IntPredicate canLead;

    private List<Integer> isr;
    private List<Integer> eligible;
    private List<Integer> lastKnown;
    private int leader;
    private boolean unclean;
    private boolean eligibilityKept;
    private int minIsr = 1;
    private List<Integer> uncleanlyStopped = List.of();
    private boolean diskReplaced;
    private boolean uncleanElectionAllowed;
    private boolean preferredElection;
    private boolean epochPerShrink;

    PartitionTransition(PartitionImage before, Uuid topicId, IntPredicate canLead) {
        this.before = before;
        this.topicId = topicId;
        this.canLead = canLead;
        this.isr = before.isr();
        this.eligible = before.eligibleLeaderReplicas();
        this.lastKnown = before.lastKnownElr();
        this.leader = before.leader();
    }

    /// Eligible leader replicas are kept, for a topic that needs this many in-sync replicas.
    PartitionTransition keepingEligibility(int minInSync) {
        eligibilityKept = true;
        minIsr = Math.min(minInSync, before.replicas().size());
        return this;
    }

    /// `broker` is no longer in sync.
    ///
    /// @param uncleanly it may have lost what it had acknowledged
    PartitionTransition leaving(int broker, boolean uncleanly) {
        isr = without(isr, broker);
        // The only copy there is stays the best there is.
        if (uncleanly && before.replicas().size() > 1) uncleanlyStopped = List.of(broker);
        return this;
    }

    /// The disk of the broker that leaves uncleanly is gone with all records: it is no last known leader, which would
    /// have the others delete theirs. The last replica that was eligible is one in its place.
    PartitionTransition afterDiskReplaced() {
        diskReplaced = true;
        return this;
    }

    /// The leader asks for these in-sync replicas.
    PartitionTransition withInSync(List<Integer> replicas) {
        isr = List.copyOf(replicas);
        return this;
    }

    PartitionTransition allowingUncleanElection() {
        uncleanElectionAllowed = true;
        return this;
    }

    /// The preferred leader takes over when it is in sync, although another leads.
    PartitionTransition preferringFirst() {
        preferredElection = true;
        return this;
    }

    /// A replica that leaves the ISR gets a new leader epoch, also when the leader stays: before 3.6-IV0 brokers do
    /// not fence by the partition epoch.
    PartitionTransition beginningEpochOnShrink() {
        epochPerShrink = true;
        return this;
    }

    /// The record that makes the change; empty when nothing changes.
    Optional<PartitionChangeRecord> record() {
        settleEligibility();
        elect();
        boolean leaderChanges = leader != before.leader();
        boolean epochBegins = leaderChanges || (epochPerShrink && !isr.containsAll(before.isr()));
        if (!leaderChanges
                && isr.equals(before.isr())
                && eligible.equals(before.eligibleLeaderReplicas())
                && lastKnown.equals(before.lastKnownElr())) {
            return Optional.empty();
        }
        return Optional.of(PartitionChangeRecord.builder()
                .partitionId(before.index())
                .topicId(topicId)
                .isr(changed(before.isr(), isr))
                .leader(epochBegins ? leader : NO_CHANGE)
                .leaderRecoveryState(unclean ? RECOVERING : NO_RECOVERY_CHANGE)
                .eligibleLeaderReplicas(changed(before.eligibleLeaderReplicas(), eligible))
                .lastKnownElr(changed(before.lastKnownElr(), lastKnown))
                .build());
    }

    private void settleEligibility() {
        if (!eligibilityKept) {
            // Without eligibility the last one in sync is remembered by staying in the ISR.
            if (isr.isEmpty()) isr = before.isr();
            return;
        }
        if (isr.size() >= minIsr) {
            eligible = List.of();
            lastKnown = List.of();
            return;
        }
        var candidates = new ArrayList<>(before.eligibleLeaderReplicas());
        for (int each : before.isr()) if (!candidates.contains(each)) candidates.add(each);
        candidates.removeAll(isr);
        candidates.removeAll(uncleanlyStopped);
        eligible = List.copyOf(candidates);
        if (isr.isEmpty() && before.hasLeader()) lastKnown = List.of(before.leader());
        if (diskReplaced)
            lastKnown = lastKnown.stream()
                    .filter(each -> !uncleanlyStopped.contains(each))
                    .toList();
        else if (isr.isEmpty() && eligible.isEmpty() && lastKnown.isEmpty()) lastKnown = uncleanlyStopped;
    }

    private void elect() {
        int preferred = before.preferredLeader();
        if (preferredElection && isr.contains(preferred) && canLead.test(preferred)) {
            leader = preferred;
            return;
        }
        if (before.hasLeader() && isr.contains(before.leader()) && canLead.test(before.leader())) {
            leader = before.leader();
            return;
        }
        for (int replica : before.replicas()) {
            if (isr.contains(replica) && canLead.test(replica)) {
                leader = replica;
                return;
            }
        }
        for (int replica : before.replicas()) {
            if (eligible.contains(replica) && canLead.test(replica)) {
                leadAlone(replica);
                return;
            }
        }
        if (isr.isEmpty() && eligible.isEmpty() && lastKnown.size() == 1 && canLead.test(lastKnown.getFirst())) {
            unclean = true;
            leadAlone(lastKnown.getFirst());
            return;
        }
        if (uncleanElectionAllowed) {
            for (int replica : before.replicas()) {
                if (canLead.test(replica)) {
                    unclean = true;
                    leadAlone(replica);
                    return;
                }
            }
        }
        leader = PartitionImage.NO_LEADER;
    }

    /// A leader from outside of the ISR is the ISR.
    private void leadAlone(int replica) {
        leader = replica;
        isr = List.of(replica);
        if (unclean || isr.size() >= minIsr) {
            eligible = List.of();
            lastKnown = List.of();
        } else {
            eligible = without(eligible, replica);
        }
    }

    private static List<Integer> without(List<Integer> list, int element) {
        return list.contains(element)
                ? list.stream().filter(each -> each != element).toList()
                : list;
    }

    private static @Nullable List<Integer> changed(List<Integer> before, List<Integer> after) {
        return after.equals(before) ? null : after;
    }
}
