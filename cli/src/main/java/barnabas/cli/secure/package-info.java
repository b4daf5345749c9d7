/// Security of nodes that `barnabas start --secure` starts: keys, certificates, first users, files for clients.
@NullMarked
package barnabas.cli.secure;

import org.jspecify.annotations.NullMarked;
