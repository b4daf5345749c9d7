/// Every configuration Barnabas knows: the official names with type, default and rule; the typed records that the
/// rest of the code reads; and the layers (topic, dynamic broker, cluster-wide, file, default) that decide which
/// value counts.
///
/// Start with [barnabas.config.BrokerConfig] (a `server.properties` as a record tree) and
/// [barnabas.config.TopicConfigs] (validation and effective values of a topic). Names, types and rules are in `keys`,
/// listeners in `listeners`, alterations and descriptions in `dynamic`.
@NullMarked
package barnabas.config;

import org.jspecify.annotations.NullMarked;
