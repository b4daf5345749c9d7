package barnabas.broker.follow;

import barnabas.protocol.Uuid;

/// A replica by the id of its topic.
public record ReplicaKey(Uuid topicId, int index) {}
