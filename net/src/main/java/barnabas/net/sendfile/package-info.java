/// Parts of files on their way to a socket, by `sendfile` where the file has a channel.
@NullMarked
package barnabas.net.sendfile;

import org.jspecify.annotations.NullMarked;
