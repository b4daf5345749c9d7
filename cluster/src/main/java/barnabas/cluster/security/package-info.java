/// Security of controller listeners and of connections to controllers, in use before the metadata is there.
@NullMarked
package barnabas.cluster.security;

import org.jspecify.annotations.NullMarked;
