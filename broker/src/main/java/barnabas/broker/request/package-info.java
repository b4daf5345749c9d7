/// From a frame to the API that answers it and back: headers, versions, decoding, replies. The APIs themselves are in
/// `barnabas.broker.api`, one file each.
@NullMarked
package barnabas.broker.request;

import org.jspecify.annotations.NullMarked;
