package barnabas.mirror;

import barnabas.config.dynamic.ConfigResource;
import barnabas.protocol.Uuid;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Ends of a mirror's claims. Each change asks for the present state first, and the controller refuses it when another
/// one came before: a topic that is being promoted or prepared stays as it is.
///
/// Owner: the thread of the mirror; the reasons are published for the status.
final class ClaimSteps {
    private static final Logger LOG = LoggerFactory.getLogger(ClaimSteps.class);

    private final MirrorContext context;
    final Claims ages;
    private final Map<String, String> takenBack = new ConcurrentHashMap<>();

    ClaimSteps(MirrorContext context) {
        this.context = context;
        this.ages = new Claims(context.clock()::nanos);
    }

    /// Takes back claims that nothing confirms. Needs no source.
    void take(List<MirrorTopic> topics, boolean paused) {
        Set<Uuid> present = new HashSet<>();
        for (MirrorTopic each : topics) {
            if (each.state() == MirrorTopic.State.CLAIMING) present.add(each.sourceId());
            else takenBack.remove(each.topic().name());
        }
        takenBack.keySet().removeIf(name -> context.image().topic(name).isEmpty());
        ages.look(present);
        if (present.isEmpty() || !context.coordinates()) return;
        for (MirrorTopic each : topics) {
            if (each.state() != MirrorTopic.State.CLAIMING) continue;
            if (paused) takeBack(each, "the mirror is paused");
            else if (ages.isTooOld(each.sourceId()))
                takeBack(each, "the source was not found without a claim of its own in 30 seconds");
        }
    }

    /// Claims of topics that the source has no more.
    ///
    /// @param seen ids of the source's topics, by name
    void keepOnly(Map<String, Uuid> seen) {
        for (MirrorTopic each : MirrorTopic.of(context.image(), context.name())) {
            if (each.state() != MirrorTopic.State.CLAIMING) continue;
            Uuid there = seen.get(each.topic().name());
            if (there == null) takeBack(each, "the source has no such topic, or does not show it");
            else if (!there.equals(each.sourceId())) takeBack(each, "the source's topic was deleted and created again");
        }
    }

    private void takeBack(MirrorTopic claimed, String reason) {
        String problem = takeBack(claimed.topic().name(), claimed.sourceId(), reason);
        takenBack.put(
                claimed.topic().name(),
                problem.isEmpty()
                        ? "it is left as it is: " + reason
                        : "its claim cannot be taken back: " + problem + "; " + reason);
    }

    /// Takes back the claim of a mirror that is no more.
    void giveBack(String topic) {
        MirrorTopic.find(context.image(), context.name(), topic).ifPresent(claimed -> {
            if (claimed.state() == MirrorTopic.State.CLAIMING) takeBack(claimed, "there is no such mirror");
        });
    }

    /// @return empty when the topic is one of this cluster again, or no claim any more
    String takeBack(String topic, Uuid source, String reason) {
        if (!isClaimed(topic, source)) return "";
        LOG.warn("Mirror {}: topic {} is left as it is: {}", context.name(), topic, reason);
        return context.alterTopic(
                topic,
                List.of(
                        TopicChange.delete(MirrorTopic.MIRROR),
                        TopicChange.delete(MirrorTopic.STATE),
                        TopicChange.delete(MirrorTopic.READY)));
    }

    /// Claims a topic, with a token of this very claim in [MirrorTopic#READY].
    ///
    /// @return empty when that is done
    String claim(String topic, List<TopicChange> changes) {
        var all = new ArrayList<>(changes);
        all.add(TopicChange.set(
                MirrorTopic.READY,
                "claim-" + Uuid.random(context.node().random()).toString()));
        return context.alterTopic(topic, all);
    }

    /// Token of a claim; empty when there is no claim.
    String token(String topic, Uuid source) {
        return isClaimed(topic, source)
                ? context.image().configs(ConfigResource.topic(topic)).getOrDefault(MirrorTopic.READY, "")
                : "";
    }

    /// Begins to copy. What else the topic is stays as the claim has written it. The controller refuses a request that
    /// comes late, when the topic is no claim or another one: that has a token of its own.
    ///
    /// @return empty when that is done, or there is no claim any more
    String confirm(String topic, Uuid source, String token) {
        if (!isClaimed(topic, source)) return "";
        String problem = context.alterTopic(
                topic,
                List.of(
                        TopicChange.set(MirrorTopic.STATE, MirrorTopic.State.PREPARING.text()),
                        TopicChange.subtract(MirrorTopic.READY, token)));
        if (problem.isEmpty()) LOG.info("Mirror {}: topic {} becomes a mirror", context.name(), topic);
        return problem;
    }

    private boolean isClaimed(String topic, Uuid source) {
        return MirrorTopic.find(context.image(), context.name(), topic)
                .filter(each -> each.state() == MirrorTopic.State.CLAIMING
                        && each.sourceId().equals(source))
                .isPresent();
    }

    /// Reasons for claims that were taken back, by topic.
    Map<String, String> takenBack() {
        return Map.copyOf(takenBack);
    }
}
