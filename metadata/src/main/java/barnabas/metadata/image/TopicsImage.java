package barnabas.metadata.image;

import barnabas.protocol.Uuid;

/// All topics, found by name and by id.
public record TopicsImage(PersistentMap<String, TopicImage> byName, PersistentMap<Uuid, TopicImage> byId) {
    static final TopicsImage EMPTY = new TopicsImage(PersistentMap.empty(), PersistentMap.empty());

    TopicsImage with(TopicImage topic) {
        return new TopicsImage(byName.with(topic.name(), topic), byId.with(topic.id(), topic));
    }

    TopicsImage without(TopicImage topic) {
        return new TopicsImage(byName.without(topic.name()), byId.without(topic.id()));
    }
}
