/// The five codecs of record batches, as streams whose output the caller bounds.
@NullMarked
package barnabas.protocol.compression;

import org.jspecify.annotations.NullMarked;
