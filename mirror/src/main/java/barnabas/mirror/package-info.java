/// Mirrors: topics of other clusters, copied byte for byte by the leaders of their partitions here (docs/mirroring.md).
@NullMarked
package barnabas.mirror;

import org.jspecify.annotations.NullMarked;
