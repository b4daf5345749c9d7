package barnabas.metadata.image;

import barnabas.metadata.maps.PersistentMap;
import barnabas.protocol.Uuid;
import java.util.List;
import java.util.stream.Stream;

/// All topics, found by name and by id.
///
/// @param alike names that contain `.` or `_`, under the name with every `.` replaced: metric names do that, so two
///     topics that differ in nothing else get into each other's way
public record TopicsImage(
        PersistentMap<String, TopicImage> byName,
        PersistentMap<Uuid, TopicImage> byId,
        PersistentMap<String, List<String>> alike) {
    static final TopicsImage EMPTY =
            new TopicsImage(PersistentMap.empty(), PersistentMap.empty(), PersistentMap.empty());

    TopicsImage with(TopicImage topic) {
        return new TopicsImage(byName.with(topic.name(), topic), byId.with(topic.id(), topic), withAlike(topic.name()));
    }

    TopicsImage without(TopicImage topic) {
        return new TopicsImage(byName.without(topic.name()), byId.without(topic.id()), withoutAlike(topic.name()));
    }

    /// Existing topics, other than `name` itself, whose names differ from it in `.` and `_` only.
    public List<String> colliding(String name) {
        if (!canCollide(name)) return List.of();
        List<String> found = alike.find(unified(name));
        return found == null
                ? List.of()
                : found.stream().filter(each -> !each.equals(name)).toList();
    }

    private PersistentMap<String, List<String>> withAlike(String name) {
        if (!canCollide(name)) return alike;
        List<String> known = alike.find(unified(name));
        if (known == null) return alike.with(unified(name), List.of(name));
        if (known.contains(name)) return alike;
        return alike.with(
                unified(name),
                Stream.concat(known.stream(), Stream.of(name)).sorted().toList());
    }

    private PersistentMap<String, List<String>> withoutAlike(String name) {
        if (!canCollide(name)) return alike;
        List<String> left = colliding(name);
        return left.isEmpty() ? alike.without(unified(name)) : alike.with(unified(name), left);
    }

    private static boolean canCollide(String name) {
        return name.indexOf('.') >= 0 || name.indexOf('_') >= 0;
    }

    private static String unified(String name) {
        return name.replace('.', '_');
    }
}
