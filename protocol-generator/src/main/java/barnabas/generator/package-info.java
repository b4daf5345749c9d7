/// Turns Kafka's message schemas (`common/message/*.json`, `common/metadata/*.json`) into Java records with codecs.
/// Runs at build time only.
@NullMarked
package barnabas.generator;

import org.jspecify.annotations.NullMarked;
